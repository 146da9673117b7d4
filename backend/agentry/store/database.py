"""Open the database: one writer, any number of readers, and a schema of this release."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from agentry.base.errors import AgentryError

HEAD = "0002"


class DatabaseTooNew(AgentryError):
    """The data folder was written by a newer release."""

    code, status = "database_too_new", 500

    def __init__(self, where: str, found: str) -> None:
        super().__init__(
            f"The database {where} has schema {found}, and this release knows schemas up to"
            f" {HEAD}.",
            hint="Use the newer release, or another data folder with AGENTRY_HOME.",
        )


class DatabaseUnusable(AgentryError):
    """The database cannot be opened or written."""

    code, status = "database_unusable", 500


class DiskFull(AgentryError):
    """There is no room to write; nothing was accepted."""

    code, status = "disk_full", 507

    def __init__(self, where: str) -> None:
        super().__init__(
            f"There is no room left to write {where}; nothing was changed.",
            hint="Free some disk space, or move the data folder with AGENTRY_HOME.",
        )


class Database:
    """A SQLite file: `writer` for the committing thread alone, `reader()` for everybody."""

    def __init__(self, path: Path, *, full_sync: bool = True) -> None:
        self.path = path
        self.where = str(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise DatabaseUnusable(
                f"The data folder {path.parent} cannot be made: {problem.strerror}.",
                hint="Choose another one with AGENTRY_HOME.",
            ) from problem
        sync = "FULL" if full_sync else "NORMAL"
        self.writer = self._engine(f"PRAGMA synchronous={sync}")
        self._readers = self._engine("PRAGMA query_only=1")

    def _engine(self, extra: str) -> Engine:
        engine = create_engine(
            f"sqlite:///{self.path}",
            poolclass=NullPool,
            connect_args={"timeout": 30, "check_same_thread": False, "isolation_level": None},
        )

        def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
            connection.execute("PRAGMA busy_timeout=30000")
            connection.execute("PRAGMA foreign_keys=1")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(extra)

        event.listen(engine, "connect", prepare)
        return engine

    def reader(self) -> Connection:
        """Open a read-only connection; the caller closes it."""
        return self._readers.connect()

    def prepare(self) -> None:
        """Bring the schema to this release.

        Refuse a newer one. Raises `DatabaseUnusable`, `DiskFull`.
        """
        try:
            with self.writer.connect() as connection:
                found = _version(connection)
                if found == HEAD:
                    return
                if found is not None and found > HEAD:
                    raise DatabaseTooNew(self.where, found)
            from agentry.store.migrate import upgrade

            upgrade(self.writer)
        except (OperationalError, DatabaseError) as problem:
            raise unusable(self.where, problem) from problem

    def close(self) -> None:
        self.writer.dispose()
        self._readers.dispose()


def unusable(where: str, problem: Exception) -> AgentryError:
    """Return the sentence for what SQLite says."""
    said = str(getattr(problem, "orig", problem))
    if "disk is full" in said or "disk I/O error" in said:
        return DiskFull(where)
    return DatabaseUnusable(
        f"The database {where} cannot be used: {said}.",
        hint="Check the file and its folder's rights, or choose another data folder with"
        " AGENTRY_HOME.",
    )


def _version(connection: Connection) -> str | None:
    tables = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).first()
    if tables is None:
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return None if row is None else str(row[0])
