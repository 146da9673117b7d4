"""A flow as read: frozen, JSON-shaped, with every task's path and place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Span

Kind = Literal[
    "agent", "tool", "sequential", "parallel", "condition", "loop", "approval", "flow", "wait"
]
KINDS: tuple[Kind, ...] = (
    "agent", "tool", "sequential", "parallel", "condition", "loop", "approval", "flow", "wait",
)  # fmt: skip
KINDS_NOW: frozenset[str] = frozenset({"agent", "tool", "sequential", "parallel", "approval"})
"""The kinds that this release runs."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Retry(_Frozen):
    """How often a failed task is tried again. `attempts` counts the first one; delays in ms."""

    attempts: int = 1
    delay_ms: int = 1000
    backoff: float = 2.0
    max_delay_ms: int = 60_000


class Budget(_Frozen):
    """One purse of a run; None = no limit."""

    tokens: int | None = None
    cost_usd: float | None = None
    wall_ms: int | None = None
    tool_calls: int | None = None


class ModelSpec(_Frozen):
    """One entry of `models`: a provider's model, scripted turns, or a choice of several."""

    provider: str | None = None
    model: str | None = None
    options: JsonObject = {}
    turns: tuple[JsonObject, ...] = ()
    first_of: tuple[str, ...] = ()


class Agent(_Frozen):
    """A role: the model it asks, its prompt, the tools it may use."""

    name: str
    model: str
    prompt: str = ""
    tools: tuple[str, ...] = ()
    vars: JsonObject = {}
    env: JsonObject = {}
    max_turns: int = 20


class Task(_Frozen):
    """One vertex. `needs` has the list's default applied; `condition` stands without `${{ }}`."""

    id: str
    kind: Kind
    path: str
    parent: str
    span: Span
    name: str | None = None
    needs: tuple[str, ...] = ()
    condition: str | None = None
    timeout_ms: int | None = None
    retry: Retry | None = None
    env: JsonObject = {}
    on_error: Literal["fail", "continue"] = "fail"
    disabled: bool = False
    children: tuple[Task, ...] = ()
    # agent
    agent: str | None = None
    input: Json = None
    output_schema: JsonObject | None = None
    # tool
    tool: str | None = None
    args: JsonObject = {}
    # parallel
    join: Literal["all", "any"] | int = "all"
    max: int | None = None
    fail_fast: bool = False
    # approval
    ask: str | None = None
    to: tuple[str, ...] = ()
    need: int = 1
    expires_ms: int | None = None
    form: JsonObject | None = None


class Document(_Frozen):
    """A whole flow."""

    name: str
    description: str = ""
    inputs: dict[str, JsonObject] = {}
    env: JsonObject = {}
    models: dict[str, ModelSpec] = {}
    tools: dict[str, JsonObject] = {}
    agents: dict[str, Agent] = {}
    tasks: tuple[Task, ...] = ()
    outputs: dict[str, Json] = {}
    budget: Budget | None = None

    def walk(self) -> Iterator[Task]:
        """Yield every task in source order, parents before children."""
        yield from _walk(self.tasks)


def _walk(tasks: tuple[Task, ...]) -> Iterator[Task]:
    for task in tasks:
        yield task
        yield from _walk(task.children)
