"""Hints inside one process: "run X grew to seq N". Losing one costs time, never truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """A run grew. `seq` is its last event."""

    run_id: str
    seq: int
    flow: str
    status: str
    approvals_open: int


@dataclass(frozen=True, slots=True)
class Delta:
    """Words as they stream from a model; never stored."""

    run_id: str
    path: str
    turn: int
    text: str


class Inbox:
    """One listener's bounded queue.

    When it overflows the oldest hints go (the reader re-reads rows).
    """

    def __init__(self, limit: int) -> None:
        self._queue: asyncio.Queue[Hint | Delta] = asyncio.Queue(limit)

    def put(self, item: Hint | Delta) -> None:
        if self._queue.full():
            if isinstance(item, Delta):
                return
            self._queue.get_nowait()
        self._queue.put_nowait(item)

    async def next(self, timeout_s: float) -> Hint | Delta | None:
        """Return the next hint, or None when `timeout_s` passed without one."""
        try:
            async with asyncio.timeout(timeout_s):
                return await self._queue.get()
        except TimeoutError:
            return None


class Bell:
    """Broadcast to every listener in this process. Call only from the event loop's thread."""

    def __init__(self) -> None:
        self._inboxes: set[Inbox] = set()
        self._told: list[Callable[[Hint], None]] = []

    def tell(self, listener: Callable[[Hint], None]) -> None:
        """Call `listener` with every hint from now on, at once and for good; it must be quick."""
        self._told.append(listener)

    @contextmanager
    def listen(self, limit: int = 2048) -> Generator[Inbox]:
        """Hear every hint from now on."""
        inbox = Inbox(limit)
        self._inboxes.add(inbox)
        try:
            yield inbox
        finally:
            self._inboxes.discard(inbox)

    async def wait(self, run_id: str, after: int, timeout_s: float) -> bool:
        """Return True once the run has grown beyond `after`, False when the time passed first."""
        with self.listen() as inbox:
            try:
                async with asyncio.timeout(timeout_s):
                    while True:
                        hint = await inbox.next(timeout_s)
                        if isinstance(hint, Hint) and hint.run_id == run_id and hint.seq > after:
                            return True
            except TimeoutError:
                return False

    def ring(self, item: Hint | Delta) -> None:
        if isinstance(item, Hint):
            for listener in self._told:
                listener(item)
        for inbox in self._inboxes:
            inbox.put(item)
