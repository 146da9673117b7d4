"""Tasks for executors: made, claimed under a lease with a fence, let go of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from agentry.engine.port import ActivityUpdate, Lease, NewActivity
from agentry.store.writing.pen import Pen
from agentry.store.writing.sql import Sql

_NEW = text(
    "INSERT INTO activity (run_id, path, kind, pool, priority, status, ready_at, attempt,"
    " crash_count, fence) VALUES (:run_id, :path, :kind, :pool, 0, 'ready', :ready_at,"
    " :attempt, 0, 0)"
)
_CHANGE = text(
    "UPDATE activity SET status = :status, attempt = coalesce(:attempt, attempt),"
    " ready_at = coalesce(:ready_at, ready_at), fence = fence + :bump, owner = NULL,"
    " lease_until = NULL WHERE run_id = :run_id AND path = :path"
)
_CLAIMED = """UPDATE activity SET status = 'leased', owner = :worker, fence = fence + 1,
  lease_until = :lease_until,
  crash_count = crash_count + (CASE WHEN status = 'leased' THEN 1 ELSE 0 END)"""
_LEASE = "activity.run_id, activity.path, kind, attempt, fence, crash_count"
# Each is a walk along an index of its own, however much is waiting.
_LAPSED = "a.pool = 'default' AND a.status = 'leased' AND a.lease_until <= :now"
_READY = "a.pool = 'default' AND a.status = 'ready' AND a.ready_at <= :now"


def _claim(which: str, order: str) -> Sql:
    first = f"ORDER BY {order} LIMIT :free"
    return Sql(
        f"""{_CLAIMED} WHERE (run_id, path) IN (SELECT run_id, path FROM activity a
          WHERE {which} {first}) RETURNING {_LEASE}""",  # noqa: S608
        f"""WITH picked AS MATERIALIZED (
          SELECT a.run_id, a.path FROM activity a JOIN run ON run.run_id = a.run_id
          WHERE {which} {first} FOR UPDATE OF a, run SKIP LOCKED)
        {_CLAIMED} FROM picked
          WHERE activity.run_id = picked.run_id AND activity.path = picked.path
          RETURNING {_LEASE}""",  # noqa: S608
    )


def _claims(only: str) -> tuple[Sql, Sql]:
    """Return what claims, in this order: what somebody else lost, and what is ready."""
    return (
        _claim(_LAPSED + only, "a.lease_until"),
        _claim(_READY + only, "a.priority, a.ready_at"),
    )


_CLAIM_ANY = _claims("")
# A run and all that it started.
_CLAIM_RUN = _claims(
    " AND (a.run_id = :only"
    " OR (SELECT root_run_id FROM run AS own WHERE own.run_id = a.run_id) = :only)"
)
_UNHOLD = text("UPDATE activity SET status = 'ready' WHERE run_id = :run_id AND status = 'held'")
_EXTEND = text(
    "UPDATE activity SET lease_until = :lease_until WHERE owner = :worker AND status = 'leased'"
    " RETURNING run_id, path, fence"
)
_RELEASE = text(
    "UPDATE activity SET status = 'ready', owner = NULL, lease_until = NULL"
    " WHERE owner = :worker AND status = 'leased'"
)
_LET_GO = text(
    "UPDATE activity SET status = 'ready', owner = NULL, lease_until = NULL"
    " WHERE owner = :worker AND status = 'leased' AND run_id = :run_id AND path = :path"
)
_EXPIRE = text("UPDATE activity SET lease_until = :now WHERE owner = :worker AND status = 'leased'")


def insert(pen: Pen, new: Sequence[NewActivity]) -> None:
    for activity in new:
        pen.write(
            _NEW,
            {
                "run_id": activity.run_id,
                "path": activity.path,
                "kind": activity.kind,
                "pool": activity.pool,
                "ready_at": activity.ready_at,
                "attempt": activity.attempt,
            },
        )


def update(pen: Pen, changes: Sequence[ActivityUpdate]) -> None:
    for change in changes:
        pen.write(
            _CHANGE,
            {
                "run_id": change.run_id,
                "path": change.path,
                "status": change.status,
                "attempt": change.attempt,
                "ready_at": change.ready_at,
                "bump": int(change.bump),
            },
        )


def unhold(pen: Pen, run_id: str) -> None:
    """Let executors have what they found while its run was paused."""
    pen.write(_UNHOLD, {"run_id": run_id})


def claim(
    pen: Pen,
    worker_id: str,
    now: int,
    lease_until: int,
    limit: int,
    run_id: str | None,
) -> Sequence[Lease]:
    values = {"worker": worker_id, "now": now, "lease_until": lease_until, "only": run_id}
    leases: list[Lease] = []
    for claims in _CLAIM_ANY if run_id is None else _CLAIM_RUN:
        if len(leases) < limit:
            rows = pen.ask(claims, {**values, "free": limit - len(leases)})
            leases += [Lease(*row) for row in rows]
    return leases


def extend(pen: Pen, worker_id: str, lease_until: int) -> Sequence[tuple[str, str, int]]:
    values = {"worker": worker_id, "lease_until": lease_until}
    return [(row[0], row[1], row[2]) for row in pen.ask(_EXTEND, values)]


def let_go(pen: Pen, worker_id: str, run_id: str, path: str) -> None:
    pen.write(_LET_GO, {"worker": worker_id, "run_id": run_id, "path": path})


def release(pen: Pen, worker_id: str) -> None:
    pen.write(_RELEASE, {"worker": worker_id})


def expire(pen: Pen, worker_id: str, now: int) -> None:
    pen.write(_EXPIRE, {"worker": worker_id, "now": now})
