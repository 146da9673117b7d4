"""The engine's `Transaction` in SQL. Statements are prepared once.

No object mapping on this path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, text

from agentry import __version__
from agentry.base.json import encode
from agentry.engine.port import Batch, DueTimer, Lease, RunRow
from agentry.journal.events import Event
from agentry.store.rows import EVENT_COLUMNS, event_of, event_values

_RUN_COLUMNS = (
    "run_id, flow_id, title, flow_version_id, revision, status, last_seq, idem_key, idem_hash,"
    " started_by, created_at"
)
_LOCK_RUN = text(f"SELECT {_RUN_COLUMNS} FROM run WHERE run_id = :run_id")  # noqa: S608
_FIND_IDEM = text(f"SELECT {_RUN_COLUMNS} FROM run WHERE org_id = 'local' AND idem_key = :idem_key")  # noqa: S608
_INSERT_RUN = text(
    "INSERT INTO run (run_id, org_id, flow_id, title, flow_version_id, revision, engine_v, status,"
    " last_seq, idem_key, idem_hash, started_by, approvals_open, usage_json, created_at,"
    " updated_at)"
    " VALUES (:run_id, 'local', :flow, :title, :plan_id, :revision, 1, :status, 0, :idem_key,"
    " :idem_hash, :by, 0, '{}', :created_at, :created_at)"
)
_UPDATE_RUN = text(
    "UPDATE run SET status = :status, last_seq = :last_seq, updated_at = :updated_at,"
    " started_at = :started_at, terminal_at = :terminal_at, approvals_open = :approvals_open,"
    " usage_json = :usage, error_json = :error WHERE run_id = :run_id"
)
_PLAN = text("SELECT plan_json FROM flow_version WHERE flow_version_id = :plan_id")
_SAVE_PLAN = text(
    "INSERT INTO flow_version (flow_version_id, flow_id, plan_json, text, created_at)"
    " VALUES (:plan_id, :flow, :plan, :text, :now) ON CONFLICT DO NOTHING"
)
_EVENTS = text(f"SELECT {EVENT_COLUMNS} FROM event WHERE run_id = :run_id ORDER BY seq")  # noqa: S608
_INSERT_EVENT = text(
    f"INSERT INTO event ({EVENT_COLUMNS}) VALUES (:run_id, :seq, :v, :type, :path, :attempt,"  # noqa: S608
    " :fence, :actor, :call_id, :ts, :usage_json, :data_json)"
)
_NEW_ACTIVITY = text(
    "INSERT INTO activity (run_id, path, kind, pool, priority, status, ready_at, attempt,"
    " crash_count, fence) VALUES (:run_id, :path, :kind, :pool, 0, 'ready', :ready_at,"
    " :attempt, 0, 0)"
)
_ACTIVITY = text(
    "UPDATE activity SET status = :status, attempt = coalesce(:attempt, attempt),"
    " ready_at = coalesce(:ready_at, ready_at), fence = fence + :bump, owner = NULL,"
    " lease_until = NULL WHERE run_id = :run_id AND path = :path"
)
_NEW_WAIT = text(
    "INSERT INTO wait (wait_id, run_id, path, kind, call_id, status, subject_sha, need, asked_json,"
    " created_at, expires_at) VALUES (:wait_id, :run_id, :path, :kind, :call_id, 'open', :subject,"
    " :need, :asked, :created_at, :expires_at)"
)
_WAIT = text(
    "UPDATE wait SET status = :status, answer_json = :answer, resolved_at = :resolved_at"
    " WHERE wait_id = :wait_id AND status = 'open'"
)
_NEW_TIMER = text(
    "INSERT INTO timer (run_id, timer_key, kind, fire_at) VALUES (:run_id, :timer_key,"
    " :kind, :fire_at)"
    " ON CONFLICT (run_id, timer_key) DO UPDATE SET fire_at = excluded.fire_at"
)
_DROP_TIMER = text("DELETE FROM timer WHERE run_id = :run_id AND timer_key = :timer_key")
_DROP_TIMERS = text("DELETE FROM timer WHERE run_id = :run_id")
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
_CLAIM_RUN = text(_CLAIM.format(only=" AND run_id = :only"))
_EXTEND = text(
    "UPDATE activity SET lease_until = :lease_until WHERE owner = :worker AND status = 'leased'"
    " RETURNING run_id, path, fence"
)
_BEAT = text("UPDATE worker SET lease_until = :lease_until WHERE worker_id = :worker")
_RELEASE = text(
    "UPDATE activity SET status = 'ready', owner = NULL, lease_until = NULL"
    " WHERE owner = :worker AND status = 'leased'"
)
_LET_GO = text(
    "UPDATE activity SET status = 'ready', owner = NULL, lease_until = NULL"
    " WHERE owner = :worker AND status = 'leased' AND run_id = :run_id AND path = :path"
)
_DUE = text(
    "SELECT run_id, timer_key, kind FROM timer WHERE fire_at <= :now ORDER BY fire_at LIMIT :free"
)
_NEXT_DUE = text(
    "SELECT min(at) FROM (SELECT min(fire_at) AS at FROM timer UNION ALL"
    " SELECT min(ready_at) FROM activity WHERE status = 'ready' UNION ALL"
    " SELECT min(lease_until) FROM activity WHERE status = 'leased') AS soonest"
)
_JOIN = text(
    "INSERT INTO worker (worker_id, name, host, pid, version, joined_at, lease_until)"
    " VALUES (:worker, :name, :host, :pid, :version, :now, :now)"
)
_LEAVE = text("DELETE FROM worker WHERE worker_id = :worker")
_OF_HOST = text("SELECT worker_id, pid FROM worker WHERE host = :host")
_EXPIRE = text("UPDATE activity SET lease_until = :now WHERE owner = :worker AND status = 'leased'")


class SqlTransaction:
    """One open write transaction of the committing thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_run(self, run_id: str) -> RunRow | None:
        return _run_of(self._connection.execute(_LOCK_RUN, {"run_id": run_id}).first())

    def find_idem(self, idem_key: str) -> RunRow | None:
        return _run_of(self._connection.execute(_FIND_IDEM, {"idem_key": idem_key}).first())

    def insert_run(self, row: RunRow) -> None:
        self._connection.execute(
            _INSERT_RUN,
            {
                "run_id": row.run_id,
                "flow": row.flow,
                "title": row.title,
                "plan_id": row.plan_id,
                "revision": row.revision,
                "status": row.status,
                "idem_key": row.idem_key,
                "idem_hash": row.idem_hash,
                "by": row.by,
                "created_at": row.created_at,
            },
        )

    def plan(self, plan_id: str) -> str:
        return str(self._connection.execute(_PLAN, {"plan_id": plan_id}).scalar_one())

    def save_plan(self, plan_id: str, flow: str, plan: str, text: str, now: int) -> None:
        values = {"plan_id": plan_id, "flow": flow, "plan": plan, "text": text, "now": now}
        self._connection.execute(_SAVE_PLAN, values)

    def events(self, run_id: str) -> Sequence[Event]:
        return [event_of(row) for row in self._connection.execute(_EVENTS, {"run_id": run_id})]

    def write(self, batch: Batch) -> None:
        run_id, run = batch.run_id, self._connection.execute
        if batch.events:
            run(_INSERT_EVENT, [event_values(event) for event in batch.events])
        for new in batch.new_activities:
            run(
                _NEW_ACTIVITY,
                {
                    "run_id": new.run_id,
                    "path": new.path,
                    "kind": new.kind,
                    "pool": new.pool,
                    "ready_at": new.ready_at,
                    "attempt": new.attempt,
                },
            )
        for change in batch.activities:
            run(
                _ACTIVITY,
                {
                    "run_id": change.run_id,
                    "path": change.path,
                    "status": change.status,
                    "attempt": change.attempt,
                    "ready_at": change.ready_at,
                    "bump": int(change.bump),
                },
            )
        self._write_waits(batch)
        if batch.drop_all_timers:
            run(_DROP_TIMERS, {"run_id": run_id})
        elif batch.dropped_timers:
            run(_DROP_TIMER, [{"run_id": run_id, "timer_key": key} for key in batch.dropped_timers])
        update = batch.update
        if update is not None:
            run(
                _UPDATE_RUN,
                {
                    "run_id": run_id,
                    "status": update.status,
                    "last_seq": update.last_seq,
                    "updated_at": update.updated_at,
                    "started_at": update.started_at,
                    "terminal_at": update.terminal_at,
                    "approvals_open": update.approvals_open,
                    "usage": encode(update.usage),
                    "error": None if update.error is None else encode(update.error),
                },
            )

    def _write_waits(self, batch: Batch) -> None:
        run = self._connection.execute
        for new in batch.new_waits:
            run(
                _NEW_WAIT,
                {
                    "wait_id": new.wait_id,
                    "run_id": new.run_id,
                    "path": new.path,
                    "kind": new.kind,
                    "call_id": new.call_id,
                    "subject": new.subject,
                    "need": new.need,
                    "asked": encode(new.asked),
                    "created_at": new.created_at,
                    "expires_at": new.expires_at,
                },
            )
        for change in batch.waits:
            run(
                _WAIT,
                {
                    "wait_id": change.wait_id,
                    "status": change.status,
                    "answer": encode(change.answer),
                    "resolved_at": change.resolved_at,
                },
            )
        for timer in batch.new_timers:
            run(
                _NEW_TIMER,
                {
                    "run_id": timer.run_id,
                    "timer_key": timer.timer_key,
                    "kind": timer.kind,
                    "fire_at": timer.fire_at,
                },
            )

    def claim(
        self, worker_id: str, now: int, lease_until: int, limit: int, run_id: str | None
    ) -> Sequence[Lease]:
        values = {"worker": worker_id, "now": now, "lease_until": lease_until, "free": limit}
        if run_id is None:
            rows = self._connection.execute(_CLAIM_ANY, values)
        else:
            rows = self._connection.execute(_CLAIM_RUN, {**values, "only": run_id})
        return [Lease(*row) for row in rows]

    def extend(self, worker_id: str, lease_until: int, now: int) -> Sequence[tuple[str, str, int]]:
        values = {"worker": worker_id, "lease_until": lease_until}
        self._connection.execute(_BEAT, values)
        return [(row[0], row[1], row[2]) for row in self._connection.execute(_EXTEND, values)]

    def let_go(self, worker_id: str, run_id: str, path: str) -> None:
        values = {"worker": worker_id, "run_id": run_id, "path": path}
        self._connection.execute(_LET_GO, values)

    def release(self, worker_id: str, now: int) -> None:
        self._connection.execute(_RELEASE, {"worker": worker_id})

    def due_timers(self, now: int, limit: int) -> Sequence[DueTimer]:
        rows = self._connection.execute(_DUE, {"now": now, "free": limit})
        return [DueTimer(*row) for row in rows]

    def next_due(self) -> int | None:
        return self._connection.execute(_NEXT_DUE).scalar()

    def join(self, worker_id: str, name: str, host: str, pid: int, now: int) -> None:
        values = {"worker": worker_id, "name": name, "host": host, "pid": pid, "now": now}
        self._connection.execute(_JOIN, {**values, "version": __version__})

    def leave(self, worker_id: str, now: int) -> None:
        self.release(worker_id, now)
        self._connection.execute(_LEAVE, {"worker": worker_id})

    def expire_dead(self, host: str, alive: Callable[[int], bool], now: int) -> int:
        """End at once the leases of processes of this host that are gone.

        Return how many those were.
        """
        gone = [
            row[0]
            for row in self._connection.execute(_OF_HOST, {"host": host})
            if not alive(row[1])
        ]
        for worker in gone:
            self._connection.execute(_EXPIRE, {"worker": worker, "now": now})
            self._connection.execute(_LEAVE, {"worker": worker})
        return len(gone)


def _run_of(row: Sequence[Any] | None) -> RunRow | None:
    return None if row is None else RunRow(*row)
