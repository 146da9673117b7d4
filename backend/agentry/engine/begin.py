"""How a task whose needs are met begins: skipped, failed, scheduled, opened, asked or awaited."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import cast

from agentry.base.errors import AgentryError, BadRequest
from agentry.base.json import Json, JsonObject
from agentry.engine.inputs import fit_inputs
from agentry.engine.outcomes import completed, skipped
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.engine.scope import read_by, scope_of
from agentry.engine.trial import pin_of, wanted
from agentry.flow.expr import evaluate, resolve
from agentry.journal.events import Draft
from agentry.journal.state import RunState

LISTS = frozenset({"sequential", "parallel", "branch", "iteration", "rescue"})
CONTAINERS = LISTS | {"condition", "loop"}


def approval_id_of(run_id: str, key: str) -> str:
    """Return the id of a question.

    The same for the same run and key, whoever asks and however often.
    """
    return "apr_" + hashlib.sha256(f"{run_id}\n{key}".encode()).hexdigest()[:26]


def begin(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    """Return the events with which `task` begins."""
    if task.disabled:
        return [skipped(task, "disabled")]
    if not wanted(state.trial, task.path):
        return [skipped(task, "not_selected")]
    pin = pin_of(state.trial, task)
    if task.kind in LISTS and task.condition is None and pin is None:
        return [_opened(task)]
    try:
        scope = scope_of(index, state, task.path, read_by(index, task))
        if task.condition is not None and evaluate(task.condition, scope) is not True:
            return [skipped(task, "condition")]
        if pin is not None:
            return [completed(task, pin[0], pinned=True)]
        return _begin(index, state, task, scope)
    except AgentryError as problem:
        error: JsonObject = {"code": problem.code, "message": problem.detail}
        return [Draft("task.failed", task.path, 1, {"kind": task.kind, "error": error})]


def _begin(index: PlanIndex, state: RunState, task: PlanTask, scope: JsonObject) -> list[Draft]:
    if task.kind in LISTS:
        return [_opened(task)]
    if task.kind == "condition":
        return [_opened(task, _verdict(task, scope))]
    if task.kind == "loop":
        return [_opened(task, _rounds(task, scope))]
    given = {**cast(JsonObject, resolve(task.given, scope)), **state.trial.given.get(task.path, {})}
    if task.kind == "approval":
        return _asks(state, task, given)
    if task.kind == "wait":
        return [_opened(task), Draft("task.waiting", task.path, 1, _pause(task, given))]
    if task.kind == "flow":
        return child_run(task, _child_inputs(index, state, task, given), 1)
    return [Draft("task.scheduled", task.path, 1, {"kind": task.kind, "given": given})]


def child_run(task: PlanTask, given: JsonObject, attempt: int) -> list[Draft]:
    """Return the events with which a child run is asked for."""
    flow = task.child.flow if task.child is not None else ""
    return [
        Draft("task.started", task.path, attempt, {"kind": task.kind, "given": given}),
        Draft("task.waiting", task.path, attempt, {"flow": flow}),
    ]


def _child_inputs(
    index: PlanIndex, state: RunState, task: PlanTask, given: JsonObject
) -> JsonObject:
    child = task.child
    if child is None:
        raise BadRequest(f"Task {task.path!r} runs a flow that its plan does not hold.")
    inputs = given.get("inputs")
    lent = frozenset(
        str(state.inputs.get(name))
        for name, schema in index.plan.inputs.items()
        if schema.get("format") == "folder"
    )
    fitted = fit_inputs(child.flow, child.inputs, inputs if isinstance(inputs, dict) else {}, lent)
    return {"inputs": fitted}


def _opened(task: PlanTask, given: JsonObject | None = None) -> Draft:
    data: JsonObject = {"kind": task.kind}
    if given is not None:
        data["given"] = given
    return Draft("task.started", task.path, 1, data)


def _verdict(task: PlanTask, scope: JsonObject) -> JsonObject:
    """Return which branch is taken and the value that decided it."""
    if task.test is not None:
        value = evaluate(task.test, scope)
        name = "then" if value is True else "else"
    else:
        value = evaluate(task.subject or "null", scope)
        cases = (branch for branch in task.children if branch.id != "default")
        name = next((branch.id for branch in cases if branch.value == value), "default")
    taken = name if any(branch.id == name for branch in task.children) else None
    return {"taken": taken, "value": value}


def _rounds(task: PlanTask, scope: JsonObject) -> JsonObject:
    """Return what a loop goes over: `items`, a number of `times`, or nothing for `while`."""
    loop = task.loop
    if loop is None or loop.test is not None:
        return {}
    if loop.times is not None:
        times = resolve(loop.times, scope)
        if not isinstance(times, int) or isinstance(times, bool) or times < 0:
            raise BadRequest(f"Loop {task.path!r} asks for {times!r} times, which is no number.")
        _bounded(task, times)
        return {"times": times}
    items = resolve(loop.each, scope)
    if isinstance(items, dict):
        pairs: list[Json] = [{"key": key, "value": value} for key, value in items.items()]
        items = pairs
    if not isinstance(items, list):
        raise BadRequest(f"Loop {task.path!r} goes over a value that is no list.")
    _bounded(task, len(items))
    return {"items": items}


def _bounded(task: PlanTask, rounds: int) -> None:
    most = task.loop.most if task.loop is not None else 0
    if rounds > most:
        raise BadRequest(f"Loop {task.path!r} would go {rounds} times; at most {most} are allowed.")


def _pause(task: PlanTask, given: JsonObject) -> JsonObject:
    if given.get("message") is not None:
        return {"message": str(given["message"]), "expires_ms": given.get("expires_ms")}
    if given.get("wait_ms") is not None:
        return {"wait_ms": given["wait_ms"]}
    until = given.get("until")
    if isinstance(until, int):
        return {"until": until}
    try:
        moment = datetime.fromisoformat(str(until))
    except ValueError:
        raise BadRequest(f"Task {task.path!r} waits until {until!r}, which is no time.") from None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return {"until": int(moment.timestamp() * 1000)}


def _asks(state: RunState, task: PlanTask, given: JsonObject) -> list[Draft]:
    asked: JsonObject = {
        "approval_id": approval_id_of(state.run_id, f"{task.path}#1"),
        "kind": "approval",
        **given,
    }
    return [
        _opened(task),
        Draft("task.waiting", task.path, 1, {}),
        Draft("approval.asked", task.path, 1, asked),
    ]
