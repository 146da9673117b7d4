"""A Postgres that many processes share, through psycopg 3."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from agentry.base.errors import AgentryError
from agentry.store.trouble import DatabaseUnusable, DiskFull, said_by

# A server that does not answer is given up after some seconds, whether it refuses or is silent.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    "application_name": "agentry",
}
# A process that was stopped in mid-transaction may not hold up the others for longer than this.
_WRITER = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '15s';"
_DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)
_FAST = "SET synchronous_commit = off"
# Serialization failure, deadlock, lock not available, unique violation: another process was first.
_RACES = frozenset({"40001", "40P01", "55P03", "23505"})
_DISK_FULL = "53100"
# The server takes no writes: it has become the standby of another one.
_READ_ONLY = "25006"


class Postgres:
    """How a Postgres database is opened, and what its errors mean.

    `address`: user@host/database, with what else libpq takes behind a question mark.
    """

    begin = "BEGIN"
    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    # Of all processes that start at once, one brings the schema up to date. The number is ours.
    lock_schema = "SELECT pg_advisory_xact_lock(4072615830)"
    clock_query = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    def __init__(self, address: str, *, full_sync: bool) -> None:
        url = _url_of(address)
        self.where = URL.create(
            "postgresql", url.username, None, url.host, url.port, url.database
        ).render_as_string()
        sync = _DURABLE if full_sync else _FAST
        self.writer = self._engine(url, _WRITER + sync, poolclass=NullPool)
        self.readers = self._engine(
            url,
            "SET default_transaction_read_only = on",
            poolclass=QueuePool,
            pool_size=5,
            max_overflow=10,
            pool_timeout=10,
            pool_pre_ping=True,
        )

    def _engine(self, url: URL, first: str, **pool: Any) -> Engine:
        given = {name: value for name, value in _PATIENCE.items() if name not in url.query}
        try:
            engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=given, **pool)
        except ImportError:
            raise DatabaseUnusable(
                "AGENTRY_DB names a Postgres, and its driver psycopg is not installed.",
                hint="Install it: pip install 'agentry[postgres]'.",
            ) from None

        def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
            connection.execute(first)

        event.listen(engine, "connect", prepare)
        return engine

    def passes(self, problem: DBAPIError) -> bool:
        """Tell whether the same closure may succeed on another try."""
        return problem.connection_invalidated or _sqlstate(problem) in _RACES

    def elsewhere(self, problem: DBAPIError) -> bool:
        """Tell whether a new connection may lead to a server that can do it."""
        return _sqlstate(problem) == _READ_ONLY

    def undone(self, connection: Connection) -> bool:
        """Tell whether the open transaction can only be rolled back.

        To Postgres, COMMIT is then no error: it rolls back and says so in passing.
        """
        driver: Any = connection.connection.driver_connection
        return driver is not None and driver.info.transaction_status.name == "INERROR"

    def unusable(self, problem: Exception) -> AgentryError:
        """Return the sentence for what Postgres or its driver says."""
        if _sqlstate(problem) == _DISK_FULL:
            return DiskFull(self.where)
        return DatabaseUnusable(
            f"The database {self.where} cannot be used: {said_by(problem)}.",
            hint="Check that the server is up and takes this user, and AGENTRY_DB.",
        )


def _url_of(address: str) -> URL:
    try:
        return make_url(f"postgresql+psycopg://{address}")
    except (ArgumentError, ValueError):
        raise DatabaseUnusable(
            "AGENTRY_DB is not the address of a Postgres.",
            hint="Write postgresql://user@host/database.",
        ) from None


def _sqlstate(problem: Exception) -> str | None:
    return getattr(getattr(problem, "orig", None), "sqlstate", None)
