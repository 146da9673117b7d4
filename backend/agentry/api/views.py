"""What REST answers with, exactly as the OpenAPI document says it. Times in ms UTC."""

from __future__ import annotations

from typing import Literal, TypeAlias

from agentry.api.drawn import Diagnostic as Diagnostic
from agentry.api.drawn import Graph as Graph
from agentry.api.drawn import Layout as Layout
from agentry.api.drawn import Position as Position
from agentry.api.drawn import View
from agentry.api.problems import Failure as Failure
from agentry.api.problems import FlowProblem as FlowProblem
from agentry.api.problems import InputsProblem as InputsProblem
from agentry.api.problems import Problem as Problem
from agentry.api.problems import RunProblem as RunProblem
from agentry.api.problems import StaleProblem as StaleProblem
from agentry.base.json import JsonObject

RunStatus: TypeAlias = Literal[
    "accepted", "running", "waiting", "cancelling", "completed", "failed", "cancelled",
    "budget_exceeded",
]  # fmt: skip
ApprovalStatus: TypeAlias = Literal["open", "approved", "denied", "expired", "cancelled"]


class Health(View):
    status: Literal["ok"]
    version: str


class SandboxState(View):
    """Which box runs tools; `reason` says what is missing where none is healthy."""

    backend: str | None
    isolation: str | None
    healthy: bool
    reason: str | None


class ProviderState(View):
    provider: str
    ready: bool


class StudioState(View):
    version: str
    folder: str
    home: str
    sandbox: SandboxState
    models: list[ProviderState]


class Usage(View):
    """Tokens and cost. `cost_usd` null = unknown; `estimated` = not counted by a provider."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: float | None
    estimated: bool


class RunSummary(View):
    run_id: str
    flow: str
    title: str
    status: RunStatus
    revision: str
    created_at: int
    started_at: int | None
    ended_at: int | None
    duration_ms: int | None
    usage: Usage
    approvals_open: int
    error: Failure | None
    by: str
    paused: bool
    parent_run_id: str | None
    forked_from: str | None


class RunPage(View):
    """Runs, newest first; `next` goes into `before` for the page after this one."""

    runs: list[RunSummary]
    next: str | None


class Run(RunSummary):
    """A run with what it was given, what it gave, and the flow as it ran."""

    inputs: JsonObject
    outputs: JsonObject | None
    last_seq: int
    graph: Graph
    text: str


class RecentRun(View):
    run_id: str
    status: RunStatus
    duration_ms: int | None


class FlowSummary(View):
    """One flow of the opened folder; `recent` oldest first; `problem` where it is unreadable."""

    name: str
    title: str
    path: str
    revision: str
    errors: int
    warnings: int
    problem: str | None
    last_run: RunSummary | None
    recent: list[RecentRun]
    p50_ms: int | None
    p50_cost_usd: float | None
    starts: str
    edited_at: int


class FlowList(View):
    flows: list[FlowSummary]


class Flow(View):
    name: str
    title: str
    path: str
    text: str
    revision: str
    diagnostics: list[Diagnostic]
    graph: Graph | None
    inputs: dict[str, JsonObject]
    layout: dict[str, Position]


class FlowSaved(View):
    revision: str
    diagnostics: list[Diagnostic]
    edited_at: int


class FlowChecked(View):
    ok: bool
    diagnostics: list[Diagnostic]
    graph: Graph | None


class RunStarted(View):
    run_id: str


class MessageTaken(View):
    """`repeated`: the same message had come before, and was not taken in again."""

    repeated: bool


class RunAnswer(View):
    """What a run that was waited for gave."""

    run_id: str
    status: Literal["completed"]
    outputs: JsonObject


class Approval(View):
    approval_id: str
    run_id: str
    flow: str
    title: str
    path: str
    kind: Literal["approval", "call"]
    ask: str
    tool: str | None
    args: JsonObject | None
    proposed_args: JsonObject | None
    why: str | None
    rule: str | None
    to: list[str]
    need: int
    status: ApprovalStatus
    by: str | None
    reason: str | None
    created_at: int
    expires_at: int | None
    decided_at: int | None


class ApprovalList(View):
    approvals: list[Approval]


class Trigger(View):
    """One entry of a flow's `on:`. `coming`: the next few times; `url`: where calls come in."""

    trigger_id: str
    flow: str
    name: str
    kind: Literal["schedule", "webhook"]
    spec: JsonObject
    enabled: bool
    next_at: int | None
    coming: list[int]
    last_at: int | None
    url: str | None


class TriggerList(View):
    triggers: list[Trigger]


class Tool(View):
    name: str
    version: str
    description: str
    effects: list[str]
    params: JsonObject
    privileged: bool
    net: list[str]
    repeat: str


class ToolList(View):
    tools: list[Tool]


class RunFile(View):
    path: str
    bytes: int
    modified_at: int


class RunFiles(View):
    files: list[RunFile]
