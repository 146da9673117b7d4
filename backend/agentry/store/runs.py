"""Read runs, events and approvals. Synchronous and quick; callers in an event loop use a thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import bindparam, text

from agentry.base.errors import NotFound
from agentry.base.json import Json, JsonObject, decode
from agentry.engine.plan import read_plan
from agentry.journal.events import Event
from agentry.store.database import Database
from agentry.store.records import ApprovalRecord, Ending, RunRecord, RunSummary
from agentry.store.rows import EVENT_COLUMNS, data_of, events_of

_SUMMARY = (
    "SELECT run_id, flow_id, title, status, revision, created_at, started_at, terminal_at,"
    " usage_json, approvals_open, error_json, started_by, last_seq, paused, parent_run_id,"
    " forked_from FROM run"
)
_SUMMARIES = text(
    f"{_SUMMARY} WHERE (CAST(:flow AS TEXT) IS NULL OR flow_id = :flow)"
    " AND (CAST(:status AS TEXT) IS NULL OR status = :status)"
    " AND (CAST(:before AS TEXT) IS NULL OR run_id < :before) ORDER BY run_id DESC LIMIT :most"
)
_ONE = text(f"{_SUMMARY} WHERE run_id = :run_id")
_ENDINGS = text(
    "SELECT run.run_id, status, error_json, data_json, refs_json FROM run LEFT JOIN event"
    " ON event.run_id = run.run_id AND seq = last_seq AND type = 'run.completed'"
    " WHERE run.run_id IN :run_ids AND terminal_at IS NOT NULL"
).bindparams(bindparam("run_ids", expanding=True))
_BUSY = text("SELECT run_id FROM run WHERE terminal_at IS NULL AND status <> 'waiting'")
_PINNED = text(
    "SELECT plan_json, text FROM flow_version JOIN run USING (flow_version_id)"
    " WHERE run_id = :run_id"
)
_ENDS = text(
    "SELECT type, data_json, refs_json FROM event WHERE run_id = :run_id"
    " AND (seq = 1 OR type = 'run.completed')"
)
_EVENTS = text(
    f"SELECT {EVENT_COLUMNS} FROM event WHERE run_id = :run_id AND seq > :after"  # noqa: S608
    " ORDER BY seq LIMIT :most"
)
_APPROVAL = (
    "SELECT wait_id, run_id, flow_id, title, path, call_id, wait.status, asked_json, answer_json,"
    " wait.need, wait.created_at, expires_at, resolved_at FROM wait JOIN run USING (run_id)"
    " WHERE kind = 'approval'"
)
_OPEN = text(f"{_APPROVAL} AND wait.status = 'open' ORDER BY wait.created_at LIMIT :most")
_DECIDED = text(f"{_APPROVAL} AND wait.status <> 'open' ORDER BY wait.resolved_at DESC LIMIT :most")
_ALL = text(f"{_APPROVAL} ORDER BY wait.created_at DESC LIMIT :most")
_ONE_APPROVAL = text(f"{_APPROVAL} AND wait_id = :approval_id")


class RunReader:
    """Everything that is known of runs, as records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summaries(
        self,
        flow: str | None = None,
        status: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[RunSummary]:
        """Return runs, newest first; `before` is the run id of the last one seen."""
        values = {"flow": flow, "status": status, "before": before, "most": limit}
        with self._database.reader() as connection:
            return [_summary(row) for row in connection.execute(_SUMMARIES, values)]

    def summary(self, run_id: str) -> RunSummary:
        """Return one run's row; raise `NotFound`."""
        with self._database.reader() as connection:
            row = connection.execute(_ONE, {"run_id": run_id}).first()
        if row is None:
            raise NotFound("run", run_id, hint="List runs with `agentry runs ls`.")
        return _summary(row)

    def endings(self, run_ids: Sequence[str]) -> list[Ending]:
        """Return how those of the runs ended that are over; at most some hundred at once."""
        with self._database.reader() as connection:
            rows = connection.execute(_ENDINGS, {"run_ids": list(run_ids)}).all()
            # Where a run did not complete, no event was joined to it.
            data = data_of(connection, [(row[3] or "{}", row[4]) for row in rows])
            return [_ending(row, whole) for row, whole in zip(rows, data, strict=True)]

    def busy(self) -> list[str]:
        """Return the ids of the runs that have work to do: open, and not waiting for people."""
        with self._database.reader() as connection:
            return [row[0] for row in connection.execute(_BUSY)]

    def run(self, run_id: str) -> RunRecord:
        """Return one run with its inputs, outputs and the flow as it ran; raise `NotFound`."""
        summary = self.summary(run_id)
        with self._database.reader() as connection:
            pinned = connection.execute(_PINNED, {"run_id": run_id}).one()
            ends = connection.execute(_ENDS, {"run_id": run_id}).all()
            data = data_of(connection, [(row[1], row[2]) for row in ends])
        inputs: JsonObject = {}
        outputs: JsonObject | None = None
        for (kind, _, _), value in zip(ends, data, strict=True):
            if kind == "run.completed":
                outputs = cast(JsonObject, value.get("outputs"))
            else:
                inputs = cast(JsonObject, value.get("inputs"))
        return RunRecord(summary, inputs, outputs, read_plan(pinned[0]).graph, pinned[1])

    def plan(self, run_id: str) -> JsonObject:
        """Return the plan that the run pinned, as JSON."""
        with self._database.reader() as connection:
            pinned = connection.execute(_PINNED, {"run_id": run_id}).first()
        if pinned is None:
            raise NotFound("run", run_id)
        return cast(JsonObject, decode(pinned[0]))

    def events(self, run_id: str, after: int = 0, limit: int = 1000) -> list[Event]:
        """Return events with `seq` > `after`, in order."""
        values = {"run_id": run_id, "after": after, "most": limit}
        with self._database.reader() as connection:
            return events_of(connection, connection.execute(_EVENTS, values))

    def approvals(self, status: str | None = None, limit: int = 500) -> list[ApprovalRecord]:
        """Return questions: `open` oldest first, `decided` newest first, None = all."""
        query = {"open": _OPEN, "decided": _DECIDED}.get(status or "", _ALL)
        with self._database.reader() as connection:
            return [_approval(row) for row in connection.execute(query, {"most": limit})]

    def approval(self, approval_id: str) -> ApprovalRecord:
        """Return one question; raise `NotFound`."""
        with self._database.reader() as connection:
            row = connection.execute(_ONE_APPROVAL, {"approval_id": approval_id}).first()
        if row is None:
            raise NotFound("approval", approval_id, hint="See `agentry approvals ls`.")
        return _approval(row)


def _json(value: str | None) -> JsonObject | None:
    return None if value is None else cast(JsonObject, decode(value))


def _ending(row: Sequence[Any], data: JsonObject) -> Ending:
    outputs = None if row[3] is None else _object(data.get("outputs")) or {}
    return Ending(row[0], row[1], outputs, _json(row[2]))


def _summary(row: Sequence[Any]) -> RunSummary:
    started, ended = row[6], row[7]
    duration = None if ended is None else ended - (row[5] if started is None else started)
    return RunSummary(
        run_id=row[0],
        flow=row[1],
        title=row[2],
        status=row[3],
        revision=row[4],
        created_at=row[5],
        started_at=started,
        ended_at=ended,
        duration_ms=duration,
        usage=_json(row[8]) or {},
        approvals_open=row[9],
        error=_json(row[10]),
        by=row[11],
        last_seq=row[12],
        paused=bool(row[13]),
        parent_run_id=row[14],
        forked_from=row[15],
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _object(value: Json) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def _approval(row: Sequence[Any]) -> ApprovalRecord:
    asked = _json(row[7]) or {}
    answer = _json(row[8]) or {}
    to = asked.get("to")
    proposed = _object(asked.get("args"))
    decided = row[6] in ("approved", "denied")
    return ApprovalRecord(
        approval_id=row[0],
        run_id=row[1],
        flow=row[2],
        title=row[3],
        path=row[4],
        kind="approval" if row[5] is None else "call",
        ask=_text(asked.get("ask")) or "",
        tool=_text(asked.get("tool")),
        args=_object(answer.get("args")) or proposed,
        proposed_args=proposed,
        why=_text(asked.get("why")),
        rule=_text(asked.get("rule")),
        to=[str(item) for item in to] if isinstance(to, list) else [],
        need=row[9],
        status=row[6],
        by=_text(answer.get("by")),
        reason=_text(answer.get("reason")),
        created_at=row[10],
        expires_at=row[11],
        decided_at=row[12] if decided else None,
    )
