"""The rows of runs, declared once; `tables_around` declares the rest.

Migrations are compared with them. Hot paths use SQL text, not these classes.

Portable types only: TEXT ids, times as BIGINT ms UTC, JSON as TEXT.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from agentry.store.indexes import partial


class FlowVersionRow(SQLModel, table=True):
    """A plan as some run pinned it, with the text it was made from."""

    __tablename__ = "flow_version"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker

    flow_version_id: str = Field(primary_key=True)
    flow_id: str
    plan_json: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)


class RunTableRow(SQLModel, table=True):
    """One run. `status` and the rest below `last_seq` follow from its events."""

    __tablename__ = "run"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (
        partial("run_idem", "idem_key IS NOT NULL", "org_id", "idem_key", unique=True),
        Index("run_flow", "flow_id", "run_id"),
        partial("run_open", "terminal_at IS NULL", "status"),
        partial("run_parent", "parent_run_id IS NOT NULL", "parent_run_id"),
        partial("run_fork", "forked_from IS NOT NULL", "forked_from"),
    )

    run_id: str = Field(primary_key=True)
    org_id: str = "local"
    flow_id: str
    title: str
    flow_version_id: str
    revision: str
    engine_v: int = 1
    status: str
    last_seq: int = Field(sa_type=BigInteger)
    parent_run_id: str | None = None
    parent_path: str | None = None
    root_run_id: str | None = None
    depth: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    forked_from: str | None = None
    forked_at_seq: int | None = Field(default=None, sa_type=BigInteger)
    paused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    idem_key: str | None = None
    idem_hash: str = ""
    started_by: str
    approvals_open: int = 0
    usage_json: str = Field(default="{}", sa_type=Text)
    error_json: str | None = Field(default=None, sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    started_at: int | None = Field(default=None, sa_type=BigInteger)
    terminal_at: int | None = Field(default=None, sa_type=BigInteger)


_TERMINAL = "type IN ('run.completed','run.failed','run.cancelled')"
_OUTCOME = (
    "type IN ('task.completed','task.failed','task.skipped','task.cancelled','task.timed_out')"
)


class EventTableRow(SQLModel, table=True):
    """One event of the journal; never updated.

    `refs_json` names the blobs that hold the longest fields of its data.
    """

    __tablename__ = "event"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (
        partial("event_terminal", _TERMINAL, "run_id", unique=True),
        partial("event_outcome", _OUTCOME, "run_id", "path", unique=True),
        partial("event_refs", "refs_json IS NOT NULL", "run_id"),
        {"sqlite_with_rowid": False},
    )

    run_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    v: int
    type: str
    path: str
    attempt: int
    fence: int | None = None
    actor: str | None = None
    call_id: str | None = None
    ts: int = Field(sa_type=BigInteger)
    usage_json: str | None = Field(default=None, sa_type=Text)
    data_json: str = Field(sa_type=Text)
    refs_json: str | None = Field(default=None, sa_type=Text)


class ActivityRow(SQLModel, table=True):
    """A task that an executor works on, under a lease with a fence."""

    __tablename__ = "activity"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (
        partial("activity_ready", "status = 'ready'", "pool", "priority", "ready_at"),
        partial("activity_leased", "status = 'leased'", "lease_until"),
        {"sqlite_with_rowid": False},
    )

    run_id: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    kind: str
    pool: str = "default"
    priority: int = 0
    status: str
    ready_at: int = Field(sa_type=BigInteger)
    attempt: int = 1
    crash_count: int = 0
    fence: int = 0
    owner: str | None = None
    lease_until: int | None = Field(default=None, sa_type=BigInteger)


class WaitRow(SQLModel, table=True):
    """Something a run waits for, at the cost of this row."""

    __tablename__ = "wait"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (Index("wait_status", "status", "created_at"), Index("wait_run", "run_id"))

    wait_id: str = Field(primary_key=True)
    run_id: str
    path: str
    kind: str
    call_id: str | None = None
    status: str
    subject_sha: str = ""
    need: int = 1
    asked_json: str = Field(sa_type=Text)
    answer_json: str | None = Field(default=None, sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int | None = Field(default=None, sa_type=BigInteger)
    resolved_at: int | None = Field(default=None, sa_type=BigInteger)


class TimerRow(SQLModel, table=True):
    """Something that happens to a run later."""

    __tablename__ = "timer"  # pyright: ignore[reportAssignmentType]  # a descriptor to the checker
    __table_args__ = (Index("timer_due", "fire_at"), {"sqlite_with_rowid": False})

    run_id: str = Field(primary_key=True)
    timer_key: str = Field(primary_key=True)
    kind: str
    fire_at: int = Field(sa_type=BigInteger)
