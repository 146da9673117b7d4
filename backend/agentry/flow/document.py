"""A flow as read: frozen, JSON-shaped, with every task's path and place in the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Span

Kind = Literal[
    "agent", "tool", "sequential", "parallel", "condition", "loop", "approval", "flow", "wait"
]
KINDS: tuple[Kind, ...] = (
    "agent", "tool", "sequential", "parallel", "condition", "loop", "approval", "flow", "wait",
)  # fmt: skip


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Build from values that have been checked; a file may hold very many tasks."""
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", {**_defaults(cls), **values})
        object.__setattr__(made, "__pydantic_fields_set__", _fields_set or set(values))
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made


@cache
def _defaults(model: type[_Frozen]) -> dict[str, Any]:
    # Frozen, so that one empty map can be that of all.
    fields = model.model_fields
    return {name: found.default for name, found in fields.items() if not found.is_required()}


class Retry(_Frozen):
    """How often a failed task is tried again. `attempts` counts the first one; delays in ms.

    `on` holds the error codes to try again on; empty = every error.
    """

    attempts: int = 1
    delay_ms: int = 1000
    backoff: float = 2.0
    max_delay_ms: int = 60_000
    on: tuple[str, ...] = ()


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
    budget: Budget | None = None
    memory: Json = None
    may_spawn: tuple[str, ...] = ()
    restricted_tools: tuple[str, ...] = ()


class Schedule(_Frozen):
    """One time to start by itself: a cron line in a time zone, or every so many ms.

    `missed` times passed while no studio ran; `overlap`: a run is due while one still goes on.
    """

    cron: str | None = None
    every_ms: int | None = None
    timezone: str = "UTC"
    missed: Literal["once", "all", "skip"] = "once"
    overlap: Literal["skip", "allow", "cancel"] = "skip"
    inputs: JsonObject = {}


class Webhook(_Frozen):
    """Start by a call from outside; `secret` names the stored secret that signs it."""

    secret: str | None = None
    inputs: JsonObject = {}


class Triggers(_Frozen):
    """What starts a flow besides a person."""

    schedule: tuple[Schedule, ...] = ()
    webhook: Webhook | None = None


class Branch(_Frozen):
    """One list of a condition: `then`, `else`, a case by its value as written, or `default`.

    `value` is what `on` must give for a case; `key` stands for the name in paths.
    """

    name: str
    value: Json = None
    key: str
    tasks: tuple[Task, ...] = ()


class Task(_Frozen):
    """One vertex. `needs` has the list's default applied; expressions stand without `${{ }}`.

    `children` are the tasks of all lists of its kind, in source order; `branch` names the list of
    its parent that a task stands in, where the parent has several. Paths of a loop's body are
    those of every iteration without the `@<n>`. `file` is the included file that the task is
    written in, from the flow's folder; '' for the flow's own.
    """

    id: str
    kind: Kind
    path: str
    parent: str
    span: Span
    file: str = ""
    name: str | None = None
    needs: tuple[str, ...] = ()
    condition: str | None = None
    timeout_ms: int | None = None
    retry: Retry | None = None
    env: JsonObject = {}
    on_error: Literal["fail", "continue", "do"] = "fail"
    rescue: tuple[Task, ...] = ()
    disabled: bool = False
    pinned: bool = False
    pin: Json = None
    budget: Budget | None = None
    branch: str | None = None
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
    # condition: `test` is the `if`, `subject` the `on`
    test: str | None = None
    subject: str | None = None
    branches: tuple[Branch, ...] = ()
    # loop: `each` and `times` are values or templates
    each: Json = None
    as_name: str = "item"
    max_parallel: int = 1
    while_: str | None = None
    max_iterations: int | None = None
    times: Json = None
    # wait; `expires_ms` is shared with approval
    wait_ms: int | None = None
    until: Json = None
    message: str | None = None
    # flow
    flow: str | None = None
    flow_inputs: JsonObject = {}
    # approval
    ask: str | None = None
    to: tuple[str, ...] = ()
    need: int = 1
    expires_ms: int | None = None
    on_expire: tuple[Task, ...] = ()
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
    on: Triggers | None = None

    def walk(self) -> Iterator[Task]:
        """Yield every task, parents before children; `on_error` and `on_expire` lists come last."""
        yield from _walk(self.tasks)


def _walk(tasks: tuple[Task, ...]) -> Iterator[Task]:
    for task in tasks:
        yield task
        yield from _walk(task.children)
        yield from _walk(task.on_expire)
        yield from _walk(task.rescue)
