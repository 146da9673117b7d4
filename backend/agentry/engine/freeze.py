"""Document to Plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agentry.base.json import Json, JsonObject
from agentry.engine.plan import (
    PLAN_VERSION,
    ModelChoice,
    Plan,
    PlanAgent,
    PlanBudget,
    PlanChild,
    PlanLoop,
    PlanRetry,
    PlanTask,
)
from agentry.flow.document import Budget, Document, Task
from agentry.flow.expr import references

MOST_ITERATIONS = 10_000


def make_plan(
    document: Document,
    *,
    flow: str,
    graph: JsonObject,
    tools: JsonObject,
    choose: Callable[[str], ModelChoice],
    children: Mapping[str, PlanChild] | None = None,
) -> Plan:
    """Freeze `document`. `choose` turns an agent's model reference into a provider and a model.

    `children` are the flows of its `flow` tasks by path.
    """
    freezer = _Freezer(children or {})
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
            _purse(agent.budget),
        )
    root = PlanTask(
        "", "", "sequential", children=tuple(freezer.task(task) for task in document.tasks)
    )
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
        _purse(document.budget),
    )


def _purse(budget: Budget | None) -> PlanBudget | None:
    if budget is None:
        return None
    return PlanBudget(budget.tokens, budget.cost_usd, budget.wall_ms, budget.tool_calls)


class _Freezer:
    """Turns a document's tasks into the plan's."""

    def __init__(self, children: Mapping[str, PlanChild]) -> None:
        self._flows = children

    def task(self, task: Task) -> PlanTask:
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
            and PlanRetry(
                retry.attempts, retry.delay_ms, retry.backoff, retry.max_delay_ms, retry.on
            ),
            on_error=task.on_error,
            disabled=task.disabled,
            agent=task.agent or "",
            tool=task.tool or "",
            given={**_given(task), "env": task.env} if task.env else _given(task),
            output_schema=task.output_schema,
            join=task.join,
            max=task.max,
            fail_fast=task.fail_fast or task.kind != "parallel",
            children=() if task.kind == "loop" else self._children(task),
            loop=self._loop(task) if task.kind == "loop" else None,
            test=task.test,
            subject=task.subject,
            rescue=self._list("rescue", task.path, "on_error", task.rescue),
            on_expire=self._list("rescue", task.path, "on_expire", task.on_expire),
            child=self._flows.get(task.path),
            pinned=task.pinned,
            pin=task.pin,
            budget=_purse(task.budget),
        )

    def _children(self, task: Task) -> tuple[PlanTask, ...]:
        if task.kind != "condition":
            return tuple(self.task(child) for child in task.children)
        return tuple(
            PlanTask(
                id=branch.name,
                path=f"{task.path}/{branch.key}",
                kind="branch",
                value=branch.value,
                children=tuple(self.task(child) for child in branch.tasks),
            )
            for branch in task.branches
        )

    def _list(self, kind: str, path: str, name: str, tasks: tuple[Task, ...]) -> PlanTask | None:
        if not tasks:
            return None
        return PlanTask(
            name, f"{path}/{name}", kind, children=tuple(self.task(task) for task in tasks)
        )

    def _loop(self, task: Task) -> PlanLoop:
        test = task.while_
        inner = {child.id for child in task.children}
        reads = references(test) if test is not None else frozenset[tuple[str, ...]]()
        # A test of what an iteration gave, or of its number, can only be asked after one.
        late = {("tasks", child) for child in inner}
        early = not any(path[:2] in late or path[0] == "loop" for path in reads)
        return PlanLoop(
            body=tuple(self.task(child) for child in task.children),
            each=task.each,
            times=task.times,
            test=test,
            early=early,
            as_name=task.as_name,
            most=task.max_iterations or MOST_ITERATIONS,
            max_parallel=task.max_parallel,
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
        case "wait":
            if task.message is not None:
                return {"message": task.message, "expires_ms": task.expires_ms}
            return {"wait_ms": task.wait_ms, "until": task.until}
        case "flow":
            return {"inputs": task.flow_inputs}
        case _:
            return {}
