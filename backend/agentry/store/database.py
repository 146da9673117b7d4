"""Open the database: one writer, any number of readers, and a schema of this release."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from agentry.base.clock import Clock
from agentry.base.errors import AgentryError
from agentry.store.postgres import Postgres
from agentry.store.servertime import ServerClock
from agentry.store.sqlite import Sqlite
from agentry.store.trouble import DatabaseTooNew

HEAD = "0003"
SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
"""How the address of a Postgres begins."""


class Product(Protocol):
    """What differs between the databases that can be used; `writing.sql` holds the statements."""

    @property
    def where(self) -> str: ...
    @property
    def writer(self) -> Engine: ...
    @property
    def readers(self) -> Engine: ...
    @property
    def begin(self) -> str: ...
    @property
    def begin_reading(self) -> str: ...
    @property
    def lock_schema(self) -> str | None: ...
    @property
    def clock_query(self) -> str | None: ...
    def passes(self, problem: DBAPIError) -> bool: ...
    def elsewhere(self, problem: DBAPIError) -> bool: ...
    def undone(self, connection: Connection) -> bool: ...
    def unusable(self, problem: Exception) -> AgentryError: ...


class Database:
    """A SQLite file or a Postgres: a writer for the committing thread, `reader()` for everybody.

    `place` is a file, or the address of a Postgres (`postgresql://user@host/database`).
    """

    def __init__(self, place: Path | str, *, full_sync: bool = True) -> None:
        self.product: Product = (
            Postgres(place.partition("://")[2], full_sync=full_sync)
            if isinstance(place, str) and place.startswith(SCHEMES)
            else Sqlite(Path(place), full_sync=full_sync)
        )
        self.where = self.product.where
        """How sentences name it; holds no password."""
        self.writer = self.product.writer
        self._clock: ServerClock | None = None

    def clock(self, own: Clock) -> Clock:
        """Return the clock that all who share this database go by."""
        if self.product.clock_query is None:
            return own
        self._clock = ServerClock(own, self.product.clock_query)
        return self._clock

    def set_clock(self, connection: Connection) -> None:
        """Compare the shared clock with the server's, where it is due."""
        if self._clock is not None:
            self._clock.compare(connection)

    @contextmanager
    def reader(self) -> Generator[Connection]:
        """Open a read-only connection; raise `DatabaseUnusable` for what goes wrong in it."""
        try:
            with self.product.readers.connect() as connection:
                yield connection
        except SQLAlchemyError as problem:
            raise self.product.unusable(problem) from problem

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """Open a read-only connection that sees the database as it is now until it is closed."""
        with self.reader() as connection:
            connection.exec_driver_sql(self.product.begin_reading)
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    def version(self) -> str | None:
        """Return the schema's version; None where there is none yet."""
        with self.reader() as connection:
            return _version(connection)

    def prepare(self) -> None:
        """Bring the schema to this release.

        Refuse a newer one. Raises `DatabaseTooNew`, `DatabaseUnusable`, `DiskFull`.
        """
        try:
            with self.writer.connect() as connection:
                self.set_clock(connection)
                found = _version(connection)
                if found == HEAD:
                    return
                if found is not None and found > HEAD:
                    raise DatabaseTooNew(self.where, found, HEAD)
            from agentry.store.migrate import upgrade

            upgrade(self)
        except SQLAlchemyError as problem:
            raise self.product.unusable(problem) from problem

    def close(self) -> None:
        self.writer.dispose()
        self.product.readers.dispose()


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])
