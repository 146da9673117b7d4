"""How many new runs are taken in at once: beyond a bound they are refused, before anything is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from agentry.base.errors import AgentryError
from agentry.engine.bell import Bell, Hint
from agentry.journal.state import ENDED

_IDLE = ENDED | {"waiting"}


class Busy(AgentryError):
    """Nothing new can be taken in at the moment; nothing of the request was kept."""

    code, status = "busy", 429

    def __init__(self, what: str, retry_after_s: int) -> None:
        super().__init__(
            f"The studio takes no new run at the moment: {what}.",
            hint="Nothing was started; try again after the seconds in Retry-After.",
        )
        self.retry_after_s = retry_after_s


class Intake:
    """Knows which runs have work to do: open ones that do not wait for people or time.

    The bell keeps count, and `busy` (the rows) corrects it where other processes end runs too.
    Lives in one event loop.
    """

    def __init__(
        self, bell: Bell, busy: Callable[[], Iterable[str]], *, most_accepts: int, most_open: int
    ) -> None:
        self._busy = busy
        self._most_accepts = most_accepts
        self._most_open = most_open
        self._accepting = 0
        self._open: set[str] = set()
        self._missed: list[Hint] = []
        self._counting: asyncio.Task[None] | None = None
        bell.tell(self._heard)

    @contextmanager
    def admit(self) -> Generator[None]:
        """Hold a place for one new run while it is written; raise `Busy` where there is none."""
        if self._accepting >= self._most_accepts:
            raise Busy(f"{self._accepting} others wait to be written", 1)
        if len(self._open) + self._accepting >= self._most_open:
            self._count_again()
            raise Busy(f"{len(self._open)} have work to do", 5)
        self._accepting += 1
        try:
            yield
        finally:
            self._accepting -= 1

    async def count(self) -> None:
        """Count the rows again."""
        self._missed = []
        self._open = set(await asyncio.to_thread(self._busy))
        for hint in self._missed:
            self._note(hint)

    async def counted(self) -> None:
        """Return once a count that is under way is done."""
        if self._counting is not None:
            await asyncio.wait([self._counting])

    async def close(self) -> None:
        """Stop a count that is under way."""
        if self._counting is not None:
            self._counting.cancel()
        await self.counted()

    def _count_again(self) -> None:
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self.count(), name="count of open runs")

    def _heard(self, hint: Hint) -> None:
        self._note(hint)
        if self._counting is not None and not self._counting.done():
            self._missed.append(hint)

    def _note(self, hint: Hint) -> None:
        if hint.status in _IDLE:
            self._open.discard(hint.run_id)
        elif hint.run_id:
            self._open.add(hint.run_id)
