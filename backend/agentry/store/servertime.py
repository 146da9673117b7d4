"""The clock of a shared database server: leases and timers of many hosts go by one clock."""

from __future__ import annotations

from sqlalchemy import Connection

from agentry.base.clock import Clock

_EVERY_S = 60.0


class ServerClock:
    """A host's own clock, put right by what the server's clock says."""

    def __init__(self, own: Clock, query: str) -> None:
        self._own = own
        self._query = query
        self._ahead_ms = 0
        self._compared_at: float | None = None

    def now_ms(self) -> int:
        return self._own.now_ms() + self._ahead_ms

    def monotonic(self) -> float:
        return self._own.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._own.sleep(seconds)

    def compare(self, connection: Connection) -> None:
        """Ask the server for the time, at most once a minute."""
        now = self._own.monotonic()
        if self._compared_at is not None and now - self._compared_at < _EVERY_S:
            return
        before = self._own.now_ms()
        said = int(connection.exec_driver_sql(self._query).scalar_one())
        self._ahead_ms = said - (before + self._own.now_ms()) // 2
        self._compared_at = now
