"""The processes that advance runs."""

from __future__ import annotations

from sqlalchemy import Connection, text

from agentry import __version__

_JOIN = text(
    "INSERT INTO worker (worker_id, name, host, pid, version, joined_at, lease_until)"
    " VALUES (:worker, :name, :host, :pid, :version, :now, :now)"
)
_BEAT = text("UPDATE worker SET lease_until = :lease_until WHERE worker_id = :worker")
_LEAVE = text("DELETE FROM worker WHERE worker_id = :worker")
_OF_HOST = text("SELECT worker_id, pid FROM worker WHERE host = :host")


def join(connection: Connection, worker_id: str, name: str, host: str, pid: int, now: int) -> None:
    values = {"worker": worker_id, "name": name, "host": host, "pid": pid, "now": now}
    connection.execute(_JOIN, {**values, "version": __version__})


def beat(connection: Connection, worker_id: str, lease_until: int) -> None:
    connection.execute(_BEAT, {"worker": worker_id, "lease_until": lease_until})


def leave(connection: Connection, worker_id: str) -> None:
    connection.execute(_LEAVE, {"worker": worker_id})


def of_host(connection: Connection, host: str) -> list[tuple[str, int]]:
    """Return (worker id, process id) of all that joined from `host`."""
    return [(row[0], row[1]) for row in connection.execute(_OF_HOST, {"host": host})]
