"""What reading the store gives: the shapes that REST answers with. Times in ms UTC."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.base.json import JsonObject


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One row of the runs list."""

    run_id: str
    flow: str
    title: str
    status: str
    revision: str
    created_at: int
    started_at: int | None
    ended_at: int | None
    duration_ms: int | None
    usage: JsonObject
    approvals_open: int
    error: JsonObject | None
    by: str
    last_seq: int
    paused: bool = False
    parent_run_id: str | None = None
    forked_from: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: `outputs` where it completed, else `error` {code, message, path?}."""

    run_id: str
    status: str
    outputs: JsonObject | None
    error: JsonObject | None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run with what it was given, what it gave, and the flow as it ran."""

    summary: RunSummary
    inputs: JsonObject
    outputs: JsonObject | None
    graph: JsonObject
    text: str


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """One question to a person and its answer."""

    approval_id: str
    run_id: str
    flow: str
    title: str
    path: str
    kind: str
    ask: str
    tool: str | None
    args: JsonObject | None
    proposed_args: JsonObject | None
    why: str | None
    rule: str | None
    to: list[str]
    need: int
    status: str
    by: str | None
    reason: str | None
    created_at: int
    expires_at: int | None
    decided_at: int | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A run that now exists for good.

    `replayed` when the same idempotency key had made it before.
    """

    run_id: str
    replayed: bool
