"""Only one process keeps the store tidy at a time, and it lets the others write in between."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from agentry.base.clock import Clock
from agentry.base.errors import AgentryError
from agentry.base.ids import new_id
from agentry.store.database import Database
from agentry.store.writing import singletons

_NAME = "retention"
_LASTS_MS = 60_000
_LONGEST_REST_S = 1.0


class TidyingAlready(AgentryError):
    """Another process takes old runs away at this moment."""

    code, status = "tidying_already", 409

    def __init__(self) -> None:
        super().__init__(
            "Another process is taking old runs away from this database.",
            hint="Let it end. If it was killed, try again in a minute.",
        )


class Lease:
    """The right to tidy up: each transaction checks it and makes it last."""

    def __init__(self, database: Database, clock: Clock, connection: Connection) -> None:
        self.database = database
        self.clock = clock
        self._connection = connection
        self._owner = new_id("tdy")
        self._fence = 0

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """Open a write transaction; raise `TidyingAlready`, `DatabaseUnusable`, `DiskFull`."""
        began = self.clock.monotonic()
        with self._whole() as connection:
            until = self.clock.now_ms() + _LASTS_MS
            if not singletons.keep(connection, _NAME, self._owner, self._fence, until):
                raise TidyingAlready
            yield connection
        # Half of the time belongs to those who have work to do.
        time.sleep(min(self.clock.monotonic() - began, _LONGEST_REST_S))

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction in which nobody has to wait for us; temporary tables may be filled."""
        return self._whole("BEGIN")

    @contextmanager
    def _whole(self, begin: str | None = None) -> Generator[Connection]:
        product, connection = self.database.product, self._connection
        try:
            connection.exec_driver_sql(begin or product.begin)
            try:
                yield connection
            except BaseException:
                with suppress(SQLAlchemyError):
                    connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")
        except SQLAlchemyError as problem:
            raise product.unusable(problem) from problem

    def take(self) -> None:
        with self._whole() as connection:
            now = self.clock.now_ms()
            fence = singletons.take(connection, _NAME, self._owner, now, now + _LASTS_MS)
        if fence is None:
            raise TidyingAlready
        self._fence = fence

    def let_go(self) -> None:
        with self._whole() as connection:
            singletons.keep(connection, _NAME, self._owner, self._fence, self.clock.now_ms())


@contextmanager
def tidying(database: Database, clock: Clock) -> Generator[Lease]:
    """Hold the right to tidy up; raise `TidyingAlready`."""
    try:
        with database.writer.connect() as connection:
            lease = Lease(database, clock, connection)
            lease.take()
            try:
                yield lease
            finally:
                with suppress(AgentryError):
                    lease.let_go()
    except SQLAlchemyError as problem:
        raise database.product.unusable(problem) from problem
