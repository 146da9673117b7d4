"""Time comes in through the door: nothing below wiring reads the wall clock itself."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Wall time in milliseconds UTC, monotonic seconds, and a way to wait."""

    def now_ms(self) -> int: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock that moves only when told; sleepers wake in order. For tests and simulations."""

    def __init__(self, now_ms: int = 1_790_000_000_000) -> None:
        self._now_ms = now_ms
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._now_ms / 1000

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now_ms + int(seconds * 1000), woken))
        await woken

    def advance(self, milliseconds: int) -> None:
        """Move time on and wake whoever's time has come."""
        self._now_ms += milliseconds
        due = sorted((s for s in self._sleepers if s[0] <= self._now_ms), key=lambda s: s[0])
        self._sleepers = [s for s in self._sleepers if s[0] > self._now_ms]
        for _, woken in due:
            if not woken.done():
                woken.set_result(None)
