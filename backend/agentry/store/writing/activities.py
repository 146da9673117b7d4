"""Tasks for executors: made, claimed under a lease with a fence, let go of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from agentry.engine.port import ActivityUpdate, Lease, NewActivity

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
_CLAIM = """
UPDATE activity SET status = 'leased', owner = :worker, fence = fence + 1,
  lease_until = :lease_until,
  crash_count = crash_count + (CASE WHEN status = 'leased' THEN 1 ELSE 0 END)
WHERE (run_id, path) IN (
  SELECT run_id, path FROM activity
  WHERE pool = 'default' AND (status = 'ready' AND ready_at <= :now
     OR status = 'leased' AND lease_until <= :now){only}
  ORDER BY priority, ready_at LIMIT :free)
RETURNING run_id, path, kind, attempt, fence, crash_count
"""
_CLAIM_ANY = text(_CLAIM.format(only=""))
_CLAIM_RUN = text(
    _CLAIM.format(
        only=" AND run_id IN (SELECT run_id FROM run"
        " WHERE run_id = :only OR root_run_id = :only)"
    )
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


def insert(connection: Connection, new: Sequence[NewActivity]) -> None:
    for activity in new:
        connection.execute(
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


def update(connection: Connection, changes: Sequence[ActivityUpdate]) -> None:
    for change in changes:
        connection.execute(
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


def unhold(connection: Connection, run_id: str) -> None:
    """Let executors have what they found while its run was paused."""
    connection.execute(_UNHOLD, {"run_id": run_id})


def claim(
    connection: Connection,
    worker_id: str,
    now: int,
    lease_until: int,
    limit: int,
    run_id: str | None,
) -> Sequence[Lease]:
    values = {"worker": worker_id, "now": now, "lease_until": lease_until, "free": limit}
    if run_id is None:
        rows = connection.execute(_CLAIM_ANY, values)
    else:
        rows = connection.execute(_CLAIM_RUN, {**values, "only": run_id})
    return [Lease(*row) for row in rows]


def extend(
    connection: Connection, worker_id: str, lease_until: int
) -> Sequence[tuple[str, str, int]]:
    values = {"worker": worker_id, "lease_until": lease_until}
    return [(row[0], row[1], row[2]) for row in connection.execute(_EXTEND, values)]


def let_go(connection: Connection, worker_id: str, run_id: str, path: str) -> None:
    connection.execute(_LET_GO, {"worker": worker_id, "run_id": run_id, "path": path})


def release(connection: Connection, worker_id: str) -> None:
    connection.execute(_RELEASE, {"worker": worker_id})


def expire(connection: Connection, worker_id: str, now: int) -> None:
    connection.execute(_EXPIRE, {"worker": worker_id, "now": now})
