"""How a sandbox was found to be, kept for a while: looking runs a real program each time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from agentry.tools.port import Health

FRESH_S = 30.0


class Verdict:
    """Looks at most once in `FRESH_S` seconds, and once for all who ask at the same time."""

    def __init__(self, look: Callable[[], Awaitable[Health]]) -> None:
        self._look = look
        self._found: tuple[float, Health] | None = None
        self._looking = asyncio.Lock()

    async def get(self) -> Health:
        """Return how the sandbox is."""
        async with self._looking:
            if self._found is not None and time.monotonic() - self._found[0] < FRESH_S:
                return self._found[1]
            health = await self._look()
            self._found = (time.monotonic(), health)
            return health
