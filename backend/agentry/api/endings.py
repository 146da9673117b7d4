"""Waits for runs to end: woken by the bell, answered from the rows, many runs to one read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from agentry.engine.bell import Hint
from agentry.journal.state import ENDED
from agentry.store.records import Ending

if TYPE_CHECKING:
    from agentry.api.stream import Closing
    from agentry.wiring import App

POLL_S = 1.0
_AT_ONCE = 500


class Endings:
    """Tells requests how their runs ended.

    The bell only says where to look; all rows waited for are read again each second, so a run
    that another process ends is heard of too. Lives in one event loop.
    """

    def __init__(self, studio: App, closing: Closing) -> None:
        self._runs = studio.runs
        self._closing = closing
        self._waiting: dict[str, list[asyncio.Future[Ending | None]]] = {}
        self._look: set[str] = set()
        self._due = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        studio.bell.tell(self._heard)

    async def of(self, run_id: str, timeout_s: float) -> Ending | None:
        """Return how the run ended, or None where it goes on (or the server stops)."""
        if self._closing.closed:
            return None
        heard: asyncio.Future[Ending | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(run_id, []).append(heard)
        # It may have ended before anybody listened.
        self._wake(run_id)
        if self._reader is None:
            self._reader = asyncio.create_task(self._read(), name="endings")
        try:
            async with asyncio.timeout(timeout_s):
                return await heard
        except TimeoutError:
            return None
        finally:
            self._leave(run_id, heard)

    def _leave(self, run_id: str, heard: asyncio.Future[Ending | None]) -> None:
        others = self._waiting.get(run_id, [])
        if heard in others:
            others.remove(heard)
        if not others:
            self._waiting.pop(run_id, None)
        if not self._waiting and self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _heard(self, hint: Hint) -> None:
        if self._closing.closed:
            for run_id in list(self._waiting):
                self._tell(run_id, None)
        elif hint.status in ENDED and hint.run_id in self._waiting:
            self._wake(hint.run_id)

    def _wake(self, run_id: str) -> None:
        self._look.add(run_id)
        self._due.set()

    async def _read(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._due.wait()
            looked = list(self._look or self._waiting)
            self._look.clear()
            self._due.clear()
            for start in range(0, len(looked), _AT_ONCE):
                await self._look_up(looked[start : start + _AT_ONCE])

    async def _look_up(self, run_ids: Sequence[str]) -> None:
        try:
            for ending in await asyncio.to_thread(self._runs.endings, run_ids):
                self._tell(ending.run_id, ending)
        except Exception as fault:
            for run_id in run_ids:
                for heard in self._waiting.get(run_id, ()):
                    if not heard.done():
                        heard.set_exception(fault)

    def _tell(self, run_id: str, ending: Ending | None) -> None:
        for heard in self._waiting.get(run_id, ()):
            if not heard.done():
                heard.set_result(ending)
