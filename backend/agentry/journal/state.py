"""What a run's events add up to. Changed only by `fold`; everything else reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from agentry.base.json import Json, JsonObject

TaskStatus = Literal[
    "held",
    "ready",
    "running",
    "waiting",
    "completed",
    "failed",
    "skipped",
    "cancelled",
    "timed_out",
]
RunStatus = Literal[
    "accepted",
    "running",
    "waiting",
    "cancelling",
    "completed",
    "failed",
    "cancelled",
    "budget_exceeded",
]
SETTLED: frozenset[str] = frozenset({"completed", "failed", "skipped", "cancelled", "timed_out"})
ENDED: frozenset[str] = frozenset({"completed", "failed", "cancelled", "budget_exceeded"})


@dataclass(slots=True)
class CallState:
    """One tool use. `status`: started, in_doubt, completed, failed, denied.

    `starts` counts how often it was begun: more than once where a crash left it in doubt.
    """

    call_id: str
    tool: str
    args: JsonObject
    status: str
    result: JsonObject = field(default_factory=lambda: {})
    starts: int = 0


@dataclass(slots=True)
class Totals:
    """Tokens and cost of a run so far. `cost_usd` counts what is known.

    `unknown` replies had no figure.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float = 0.0
    replies: int = 0
    unknown_cost: int = 0
    estimated: bool = False

    def to_json(self) -> JsonObject:
        """Return the usage object; the cost is None where any part of it is unknown."""
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cached_tokens": self.cached_tokens,
            "cost_usd": None if self.unknown_cost else round(self.cost_usd, 9),
            "estimated": self.estimated,
        }


@dataclass(slots=True)
class TaskState:
    """One task. `given` is its resolved input or arguments.

    `turns` the recorded replies of this attempt. `awaits` what a waiting task waits for: the data
    of its `task.waiting`. `active_ms` how long this attempt has worked so far, without what it has
    done since `active_since`. `used` is None where nothing was counted; it, and
    `calls_made`, are of all attempts. `reserved` what the turn under way may use at most. `saved`
    maps calls that saved the agent's state to the seq at which they did, `kept` is what they put
    beside it, by name.
    """

    path: str
    kind: str
    status: TaskStatus
    attempt: int = 1
    fence: int = 0
    given: JsonObject = field(default_factory=lambda: {})
    output: Json = None
    error: JsonObject | None = None
    started_at: int | None = None
    ended_at: int | None = None
    turns: dict[int, JsonObject] = field(default_factory=lambda: {})
    calls: dict[str, CallState] = field(default_factory=lambda: {})
    iterations: int = 0
    reason: str = ""
    awaits: JsonObject = field(default_factory=lambda: {})
    active_ms: int = 0
    active_since: int | None = None
    used: Totals | None = None
    calls_made: int = 0
    reserved: JsonObject = field(default_factory=lambda: {})
    saved: dict[str, int] = field(default_factory=lambda: {})
    kept: JsonObject = field(default_factory=lambda: {})


@dataclass(slots=True)
class ApprovalState:
    """One question. `call_id` is None for an approval task; `data` is what was asked.

    `votes`: who has said yes so far, and to which subject. Times in ms UTC.
    """

    approval_id: str
    path: str
    call_id: str | None
    status: str
    data: JsonObject
    asked_at: int = 0
    ended_at: int | None = None
    answer: JsonObject = field(default_factory=lambda: {})
    votes: dict[str, str] = field(default_factory=lambda: {})

    @property
    def subject(self) -> str:
        """What was asked about: a call with its arguments, as a hash; '' for an approval task."""
        return str(self.data.get("subject") or "")

    @property
    def need(self) -> int:
        """How many people must agree."""
        need = self.data.get("need")
        return need if isinstance(need, int) else 1


@dataclass(slots=True)
class Trial:
    """How a run differs from a plain one while a flow is being developed.

    `pins` path -> the output used in place of a run; `only` the one task that is wanted;
    `development` whether the flow's own pins count; `breakpoints` paths without iteration numbers;
    `stepping` whether the next task is held too; `released` paths that may begin; `given` path ->
    what a person made of its input.
    """

    pins: JsonObject = field(default_factory=lambda: {})
    only: str | None = None
    development: bool = False
    breakpoints: frozenset[str] = frozenset()
    stepping: bool = False
    released: set[str] = field(default_factory=lambda: set())
    given: dict[str, JsonObject] = field(default_factory=lambda: {})


@dataclass(slots=True)
class RunState:
    """A run as of `last_seq`."""

    run_id: str
    status: RunStatus = "accepted"
    last_seq: int = 0
    by: str = ""
    attended: bool = True
    inputs: JsonObject = field(default_factory=lambda: {})
    env: JsonObject = field(default_factory=lambda: {})
    created_at: int = 0
    started_at: int | None = None
    ended_at: int | None = None
    outputs: JsonObject | None = None
    error: JsonObject | None = None
    cancel: JsonObject | None = None
    paused: bool = False
    child_env: JsonObject = field(default_factory=lambda: {})
    budget: JsonObject = field(default_factory=lambda: {})
    trial: Trial = field(default_factory=Trial)
    messages: list[JsonObject] = field(default_factory=lambda: [])
    received: set[str] = field(default_factory=lambda: set())
    tasks: dict[str, TaskState] = field(default_factory=lambda: {})
    approvals: dict[str, ApprovalState] = field(default_factory=lambda: {})
    totals: Totals = field(default_factory=Totals)

    def approval_of(self, path: str, call_id: str | None) -> ApprovalState | None:
        """Return the newest question of a task (or of one of its calls)."""
        found = None
        for approval in self.approvals.values():
            if approval.path == path and approval.call_id == call_id:
                found = approval
        return found

    @property
    def approvals_open(self) -> int:
        return sum(1 for approval in self.approvals.values() if approval.status == "open")
