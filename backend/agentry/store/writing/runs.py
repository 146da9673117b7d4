"""The rows of runs and of the plans that they pinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from agentry.base.json import encode
from agentry.engine.port import RunRow, RunUpdate
from agentry.store.writing.pen import Pen
from agentry.store.writing.sql import Sql

_COLUMNS = (
    "run_id, flow_id, title, flow_version_id, revision, status, last_seq, idem_key, idem_hash,"
    " started_by, created_at, parent_run_id, parent_path, root_run_id, depth, forked_from,"
    " forked_at_seq"
)
_ONE = f"SELECT {_COLUMNS} FROM run WHERE run_id = :run_id"  # noqa: S608
_LOCK = Sql(_ONE, f"{_ONE} FOR UPDATE")
_LOCK_NOW = Sql(_ONE, f"{_ONE} FOR UPDATE NOWAIT")
_FIND_IDEM = text(f"SELECT {_COLUMNS} FROM run WHERE org_id = 'local' AND idem_key = :idem_key")  # noqa: S608
_INSERT = text(
    "INSERT INTO run (run_id, org_id, flow_id, title, flow_version_id, revision, engine_v, status,"
    " last_seq, idem_key, idem_hash, started_by, approvals_open, usage_json, created_at,"
    " updated_at, parent_run_id, parent_path, root_run_id, depth, forked_from, forked_at_seq,"
    " paused)"
    " VALUES (:run_id, 'local', :flow, :title, :plan_id, :revision, 1, :status, 0, :idem_key,"
    " :idem_hash, :by, 0, '{}', :created_at, :created_at, :parent_run_id, :parent_path,"
    " :root_run_id, :depth, :forked_from, :forked_at_seq, 0)"
)
_UPDATE = text(
    "UPDATE run SET status = :status, last_seq = :last_seq, updated_at = :updated_at,"
    " started_at = :started_at, terminal_at = :terminal_at, approvals_open = :approvals_open,"
    " usage_json = :usage, error_json = :error, paused = :paused WHERE run_id = :run_id"
)
_PLAN = text("SELECT plan_json FROM flow_version WHERE flow_version_id = :plan_id")
_SAVE_PLAN = text(
    "INSERT INTO flow_version (flow_version_id, flow_id, plan_json, text, created_at)"
    " VALUES (:plan_id, :flow, :plan, :text, :now) ON CONFLICT DO NOTHING"
)


def lock(pen: Pen, run_id: str, *, wait: bool) -> RunRow | None:
    """Lock a run's row and return it; without `wait`, a row that is locked is an error at once."""
    query = _LOCK if wait else _LOCK_NOW
    return _row_of(pen.ask(query, {"run_id": run_id}).first())


def find_idem(pen: Pen, idem_key: str) -> RunRow | None:
    return _row_of(pen.ask(_FIND_IDEM, {"idem_key": idem_key}).first())


def insert(pen: Pen, row: RunRow) -> None:
    pen.write(
        _INSERT,
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
            "parent_run_id": row.parent_run_id,
            "parent_path": row.parent_path,
            "root_run_id": row.root_run_id,
            "depth": row.depth,
            "forked_from": row.forked_from,
            "forked_at_seq": row.forked_at_seq,
        },
    )


def update(pen: Pen, run_id: str, change: RunUpdate) -> None:
    pen.write(
        _UPDATE,
        {
            "run_id": run_id,
            "status": change.status,
            "last_seq": change.last_seq,
            "updated_at": change.updated_at,
            "started_at": change.started_at,
            "terminal_at": change.terminal_at,
            "approvals_open": change.approvals_open,
            "usage": encode(change.usage),
            "error": None if change.error is None else encode(change.error),
            "paused": int(change.paused),
        },
    )


def plan(pen: Pen, plan_id: str) -> str:
    return str(pen.ask(_PLAN, {"plan_id": plan_id}).scalar_one())


def save_plan(pen: Pen, plan_id: str, flow: str, plan: str, text: str, now: int) -> None:
    values = {"plan_id": plan_id, "flow": flow, "plan": plan, "text": text, "now": now}
    pen.write(_SAVE_PLAN, values)


def _row_of(row: Sequence[Any] | None) -> RunRow | None:
    return None if row is None else RunRow(*row)
