"""The data folder's own database: a SQLite file with one writer, local disks only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from agentry.base.errors import AgentryError
from agentry.store.trouble import DatabaseUnusable, DiskFull, said_by


class Sqlite:
    """How a SQLite file is opened, and what its errors mean."""

    begin = "BEGIN IMMEDIATE"
    begin_reading = "BEGIN"
    # Whoever has begun holds the whole file, so a schema needs no lock of its own.
    lock_schema = None
    clock_query = None

    def __init__(self, path: Path, *, full_sync: bool) -> None:
        self.where = str(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise DatabaseUnusable(
                f"The data folder {path.parent} cannot be made: {problem.strerror}.",
                hint="Choose another one with AGENTRY_HOME.",
            ) from problem
        sync = "FULL" if full_sync else "NORMAL"
        self.writer = self._engine(path, f"PRAGMA synchronous={sync}")
        self.readers = self._engine(path, "PRAGMA query_only=1")

    def _engine(self, path: Path, extra: str) -> Engine:
        engine = create_engine(
            f"sqlite:///{path}",
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

    def passes(self, problem: DBAPIError) -> bool:
        """Tell whether the same closure may succeed on another try: one writer races with none."""
        return False

    def elsewhere(self, problem: DBAPIError) -> bool:
        """Tell whether a new connection may lead to a server that can do it: a file is a file."""
        return False

    def undone(self, connection: Connection) -> bool:
        """Tell whether the open transaction can only be rolled back."""
        return False

    def unusable(self, problem: Exception) -> AgentryError:
        """Return the sentence for what SQLite says."""
        said = said_by(problem)
        if "disk is full" in said or "disk I/O error" in said:
            return DiskFull(self.where)
        return DatabaseUnusable(
            f"The database {self.where} cannot be used: {said}.",
            hint="Check the file and its folder's rights, or choose another data folder with"
            " AGENTRY_HOME.",
        )
