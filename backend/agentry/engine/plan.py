"""What a run needs of its flow: frozen, hashed, stored once per revision, pinned by every run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from agentry.base.json import Json, JsonObject, sha256_of

PLAN_VERSION = 1
Join = Literal["all", "any"] | int


class PlanRetry(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often and how long to wait between attempts; times in ms."""

    attempts: int = 1
    delay_ms: int = 1000
    backoff: float = 2.0
    max_delay_ms: int = 60_000
    on: tuple[str, ...] = ()


class PlanBudget(msgspec.Struct, frozen=True, omit_defaults=True):
    """A purse; None = without limit. Money in USD, time in ms by the clock on the wall."""

    tokens: int | None = None
    cost_usd: float | None = None
    wall_ms: int | None = None
    tool_calls: int | None = None


class PlanLoop(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a loop repeats its `body`, whose paths begin with the loop's own.

    One of `each` (a list), `times` (a number) and `test` (an expression) is given. `early`: the
    test does not look at the body, so it is asked before the first iteration too.
    """

    body: tuple[PlanTask, ...]
    each: Json = None
    times: Json = None
    test: str | None = None
    early: bool = True
    as_name: str = "item"
    most: int = 1000
    max_parallel: int = 1


class PlanChild(msgspec.Struct, frozen=True, omit_defaults=True):
    """The flow that a `flow` task runs, pinned with its parent's plan. `inputs` are its schemas."""

    plan_id: str
    flow: str
    title: str
    revision: str
    inputs: dict[str, JsonObject] = msgspec.field(default_factory=lambda: {})


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
    on_error: Literal["fail", "continue", "do"] = "fail"
    disabled: bool = False
    agent: str = ""
    tool: str = ""
    given: JsonObject = msgspec.field(default_factory=lambda: {})
    output_schema: JsonObject | None = None
    join: Join = "all"
    max: int | None = None
    fail_fast: bool = True
    children: tuple[PlanTask, ...] = ()
    loop: PlanLoop | None = None
    test: str | None = None
    subject: str | None = None
    value: Json = None
    rescue: PlanTask | None = None
    on_expire: PlanTask | None = None
    child: PlanChild | None = None
    pinned: bool = False
    pin: Json = None
    budget: PlanBudget | None = None


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
    budget: PlanBudget | None = None


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
    budget: PlanBudget | None = None


class ModelChoice(msgspec.Struct, frozen=True):
    """What a model reference came to."""

    provider: str
    model: str
    options: JsonObject


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
    """A plan's tasks and parents by path; iterations (`polish@2`) appear when asked for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._tasks: dict[str, PlanTask] = {}
        self._parents: dict[str, str] = {}
        self._flat: frozenset[str] = frozenset()
        self._siblings: dict[str, dict[str, PlanTask]] = {}
        self.seen: dict[str, dict[str, str]] = {}
        """What each list's tasks can see, as `engine.scope` has worked it out."""
        self.reads: dict[str, frozenset[str] | None] = {}
        """Which tasks the expressions of each task name, as `engine.scope` has worked it out."""
        self._add(plan.root, "")

    def task(self, path: str) -> PlanTask:
        """Return the task at `path`; raise `KeyError` where the plan has none."""
        found = self._tasks.get(path)
        if found is None:
            self._add_iteration(path)
            found = self._tasks[path]
        return found

    def paths(self) -> frozenset[str]:
        """Return the path of every task as the flow has it; a loop's body without its numbers."""
        if not self._flat:
            self._flat = frozenset(_flat_paths(self.plan.root))
        return self._flat

    def siblings(self, within: PlanTask) -> dict[str, PlanTask]:
        """Return the tasks of the list `within` by id."""
        known = self._siblings.get(within.path)
        if known is None:
            known = {child.id: child for child in within.children}
            self._siblings[within.path] = known
        return known

    def parent(self, path: str) -> str:
        """Return the path of the container that decides on `path`."""
        self.task(path)
        return self._parents[path]

    def lineage(self, path: str) -> list[str]:
        """Return the containers of `path`, nearest first, the root ('') last."""
        found: list[str] = []
        while path:
            path = self.parent(path)
            found.append(path)
        return found

    def _add(self, task: PlanTask, parent: str) -> None:
        self._tasks[task.path] = task
        self._parents[task.path] = parent
        for child in task.children:
            self._add(child, task.path)
        for rescue in (task.rescue, task.on_expire):
            if rescue is not None:
                self._add(rescue, parent)

    def _add_iteration(self, path: str) -> None:
        """Make the outermost iteration that `path` lies in and that does not exist yet."""
        for found in _ITERATION.finditer(path):
            name = path[: found.end()]
            if name in self._tasks:
                continue
            loop = self._tasks[path[: found.start()]]
            if loop.loop is None:
                raise KeyError(path)
            body = tuple(_moved(task, loop.path, name) for task in loop.loop.body)
            self._add(PlanTask(found[1], name, "iteration", children=body), loop.path)


def _flat_paths(task: PlanTask) -> Iterator[str]:
    lists = tuple(found for found in (task.rescue, task.on_expire) if found is not None)
    body = task.loop.body if task.loop is not None else ()
    for child in (*task.children, *body, *lists):
        yield child.path
        yield from _flat_paths(child)


_ITERATION = re.compile(r"@(\d+)(?=/|$)")


def _moved(task: PlanTask, old: str, new: str) -> PlanTask:
    """Return the task, and all below it, with its path beginning with `new` instead of `old`."""
    loop = task.loop
    return msgspec.structs.replace(
        task,
        path=new + task.path[len(old) :],
        children=tuple(_moved(child, old, new) for child in task.children),
        loop=loop
        and msgspec.structs.replace(loop, body=tuple(_moved(t, old, new) for t in loop.body)),
        rescue=task.rescue and _moved(task.rescue, old, new),
        on_expire=task.on_expire and _moved(task.on_expire, old, new),
    )
