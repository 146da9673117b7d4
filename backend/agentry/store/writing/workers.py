"""The processes that advance runs."""

from __future__ import annotations

from sqlalchemy import text

from agentry import __version__
from agentry.store.writing.pen import Pen

_JOIN = text(
    "INSERT INTO worker (worker_id, name, host, pid, version, joined_at, lease_until)"
    " VALUES (:worker, :name, :host, :pid, :version, :now, :now)"
)
_BEAT = text("UPDATE worker SET lease_until = :lease_until WHERE worker_id = :worker")
_LEAVE = text("DELETE FROM worker WHERE worker_id = :worker")
_FORGET = text("DELETE FROM worker WHERE lease_until < :long_ago")
_OF_HOST = text("SELECT worker_id, pid FROM worker WHERE host = :host")


def join(pen: Pen, worker_id: str, name: str, host: str, pid: int, now: int) -> None:
    values = {"worker": worker_id, "name": name, "host": host, "pid": pid, "now": now}
    pen.write(_JOIN, {**values, "version": __version__})


def beat(pen: Pen, worker_id: str, lease_until: int) -> None:
    pen.write(_BEAT, {"worker": worker_id, "lease_until": lease_until})


def leave(pen: Pen, worker_id: str) -> None:
    pen.write(_LEAVE, {"worker": worker_id})


def forget(pen: Pen, long_ago: int) -> None:
    """Drop processes, of any host, that were last heard of before `long_ago`."""
    pen.write(_FORGET, {"long_ago": long_ago})


def of_host(pen: Pen, host: str) -> list[tuple[str, int]]:
    """Return (worker id, process id) of all that joined from `host`."""
    return [(row[0], row[1]) for row in pen.ask(_OF_HOST, {"host": host})]
