"""Collect what a program prints, up to one ceiling for both streams together."""

from __future__ import annotations

import asyncio

_CHUNK = 65536


class Output:
    """Two streams and their common budget in bytes; `full` is set when it is spent."""

    def __init__(self, budget: int) -> None:
        self._left = budget
        self.stdout = bytearray()
        self.stderr = bytearray()
        self.full = asyncio.Event()

    @property
    def truncated(self) -> bool:
        return self.full.is_set()

    async def read(self, stream: asyncio.StreamReader, into: bytearray) -> None:
        """Read `stream` to its end; what goes beyond the budget is read and forgotten."""
        while chunk := await stream.read(_CHUNK):
            if len(chunk) > self._left:
                self.full.set()
            into += chunk[: self._left]
            self._left -= min(len(chunk), self._left)
