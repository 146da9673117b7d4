"""What happens to runs later."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from agentry.engine.port import DueTimer, NewTimer
from agentry.store.writing.pen import Pen
from agentry.store.writing.sql import Sql

_NEW = text(
    "INSERT INTO timer (run_id, timer_key, kind, fire_at) VALUES (:run_id, :timer_key,"
    " :kind, :fire_at)"
    " ON CONFLICT (run_id, timer_key) DO UPDATE SET fire_at = excluded.fire_at"
)
_DROP = text("DELETE FROM timer WHERE run_id = :run_id AND timer_key = :timer_key")
_DROP_ALL = text("DELETE FROM timer WHERE run_id = :run_id")
_DUE = Sql(
    "SELECT run_id, timer_key, kind FROM timer WHERE fire_at <= :now ORDER BY fire_at LIMIT :free",
    "SELECT run_id, timer_key, kind FROM timer JOIN run USING (run_id) WHERE fire_at <= :now"
    " ORDER BY fire_at LIMIT :free FOR UPDATE SKIP LOCKED",
)
# Of what is ready, the first in the order of claims: one look at an index. Where that is not the
# soonest, the next poll finds it.
_NEXT_DUE = text(
    "SELECT min(at) FROM (SELECT min(fire_at) AS at FROM timer UNION ALL"
    " SELECT * FROM (SELECT ready_at FROM activity WHERE pool = 'default' AND status = 'ready'"
    " ORDER BY priority, ready_at LIMIT 1) AS first UNION ALL"
    " SELECT min(lease_until) FROM activity WHERE status = 'leased') AS soonest"
)


def insert(pen: Pen, new: Sequence[NewTimer]) -> None:
    for timer in new:
        pen.write(
            _NEW,
            {
                "run_id": timer.run_id,
                "timer_key": timer.timer_key,
                "kind": timer.kind,
                "fire_at": timer.fire_at,
            },
        )


def drop(pen: Pen, run_id: str, keys: Sequence[str]) -> None:
    if keys:
        pen.write_each(_DROP, [{"run_id": run_id, "timer_key": key} for key in keys])


def drop_all(pen: Pen, run_id: str) -> None:
    pen.write(_DROP_ALL, {"run_id": run_id})


def due(pen: Pen, now: int, limit: int) -> Sequence[DueTimer]:
    rows = pen.ask(_DUE, {"now": now, "free": limit})
    return [DueTimer(*row) for row in rows]


def next_due(pen: Pen) -> int | None:
    """Return when something is next to be done that nothing rings for."""
    return pen.ask(_NEXT_DUE, {}).scalar()
