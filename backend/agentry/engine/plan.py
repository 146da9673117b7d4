"""Document to Plan: frozen, hashed, stored once per revision and pinned by every run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from agentry.base.json import Json, JsonObject, sha256_of
from agentry.flow.document import Document, Task

PLAN_VERSION = 1
Join = Literal["all", "any"] | int


class PlanRetry(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often and how long to wait between attempts; times in ms."""

    attempts: int = 1
    delay_ms: int = 1000
    backoff: float = 2.0
    max_delay_ms: int = 60_000


class PlanTask(msgspec.Struct, frozen=True, omit_defaults=True):
    """One vertex. `needs` are sibling ids.

    `given` is the unresolved input, arguments or question.
    """

    id: str
    path: str
    kind: str
    name: str = ""
    needs: tuple[str, ...] = ()
    condition: str | None = None
    timeout_ms: int | None = None
    retry: PlanRetry | None = None
    on_error: Literal["fail", "continue"] = "fail"
    disabled: bool = False
    agent: str = ""
    tool: str = ""
    given: JsonObject = msgspec.field(default_factory=lambda: {})
    output_schema: JsonObject | None = None
    join: Join = "all"
    max: int | None = None
    fail_fast: bool = True
    children: tuple[PlanTask, ...] = ()


class PlanAgent(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agent with its model as chosen when the run was accepted."""

    name: str
    provider: str
    model: str
    options: JsonObject = msgspec.field(default_factory=lambda: {})
    prompt: str = ""
    tools: tuple[str, ...] = ()
    vars: JsonObject = msgspec.field(default_factory=lambda: {})
    env: JsonObject = msgspec.field(default_factory=lambda: {})
    max_turns: int = 20


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything a run needs of its flow."""

    v: int
    flow: str
    title: str
    root: PlanTask
    agents: dict[str, PlanAgent]
    inputs: dict[str, JsonObject]
    env: JsonObject
    outputs: JsonObject
    tools: JsonObject
    graph: JsonObject


class ModelChoice(msgspec.Struct, frozen=True):
    """What a model reference came to."""

    provider: str
    model: str
    options: JsonObject


def make_plan(
    document: Document,
    *,
    flow: str,
    graph: JsonObject,
    tools: JsonObject,
    choose: Callable[[str], ModelChoice],
) -> Plan:
    """Freeze `document`. `choose` turns an agent's model reference into a provider and a model."""
    agents: dict[str, PlanAgent] = {}
    for name, agent in document.agents.items():
        choice = choose(agent.model)
        agents[name] = PlanAgent(
            name,
            choice.provider,
            choice.model,
            choice.options,
            agent.prompt,
            agent.tools,
            agent.vars,
            agent.env,
            agent.max_turns,
        )
    root = PlanTask("", "", "sequential", children=tuple(_task(task) for task in document.tasks))
    return Plan(
        PLAN_VERSION,
        flow,
        document.name or flow,
        root,
        agents,
        dict(document.inputs),
        dict(document.env),
        dict(document.outputs),
        tools,
        graph,
    )


def _task(task: Task) -> PlanTask:
    retry = task.retry
    return PlanTask(
        id=task.id,
        path=task.path,
        kind=task.kind,
        name=task.name or "",
        needs=task.needs,
        condition=task.condition,
        timeout_ms=task.timeout_ms,
        retry=retry
        and PlanRetry(retry.attempts, retry.delay_ms, retry.backoff, retry.max_delay_ms),
        on_error=task.on_error,
        disabled=task.disabled,
        agent=task.agent or "",
        tool=task.tool or "",
        given={**_given(task), "env": task.env} if task.env else _given(task),
        output_schema=task.output_schema,
        join=task.join,
        max=task.max,
        fail_fast=task.fail_fast or task.kind != "parallel",
        children=tuple(_task(child) for child in task.children),
    )


def _given(task: Task) -> JsonObject:
    match task.kind:
        case "agent":
            return {"input": task.input}
        case "tool":
            return {"args": task.args}
        case "approval":
            to: list[Json] = list(task.to)
            return {
                "ask": task.ask,
                "to": to,
                "need": task.need,
                "expires_ms": task.expires_ms,
                "form": task.form,
            }
        case _:
            return {}


_plan_decoder = msgspec.json.Decoder(Plan)
_plan_encoder = msgspec.json.Encoder()


def plan_json(plan: Plan) -> str:
    """Return the plan as stored."""
    return _plan_encoder.encode(plan).decode()


def plan_id(plan: Plan) -> str:
    """Return the plan's content hash."""
    return sha256_of(plan)


def read_plan(text: str) -> Plan:
    """Read a stored plan."""
    return _plan_decoder.decode(text)


class PlanIndex:
    """A plan with its tasks and parents by path; made once per plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks: dict[str, PlanTask] = {}
        self.parents: dict[str, str] = {}
        self._walk(plan.root, "")

    def _walk(self, task: PlanTask, parent: str) -> None:
        self.tasks[task.path] = task
        self.parents[task.path] = parent
        for child in task.children:
            self._walk(child, task.path)

    def lineage(self, path: str) -> list[str]:
        """Return the containers of `path`, nearest first, the root ('') last."""
        found: list[str] = []
        while path:
            path = self.parents[path]
            found.append(path)
        return found
