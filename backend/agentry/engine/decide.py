"""Say what happens next to one container; touch nothing. No clock, no chance, no I/O."""

from __future__ import annotations

import hashlib
from typing import cast

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.engine.scope import scope_of
from agentry.flow.expr import evaluate, resolve
from agentry.journal.events import Draft
from agentry.journal.state import SETTLED, RunState

CONTAINERS = frozenset({"sequential", "parallel"})
NEVER_RETRIED = frozenset(
    {"approval_denied", "policy_denied", "expression_failed", "unknown_tool", "bad_arguments"}
)


def decide(index: PlanIndex, state: RunState, path: str) -> list[Draft]:
    """Return the events that follow in the container at `path` ('' = the run)."""
    task = index.tasks[path]
    if path and (path not in state.tasks or state.tasks[path].status != "running"):
        return []
    if state.ended_at is not None:
        return []
    if state.cancel is not None:
        return _cancel_run(index, state) if path == "" else []
    ending = _ending(index, state, task)
    return ending if ending is not None else _starts(index, state, task)


def approval_id_of(run_id: str, key: str) -> str:
    """Return the id of a question.

    The same for the same run and key, whoever asks and however often.
    """
    return "apr_" + hashlib.sha256(f"{run_id}\n{key}".encode()).hexdigest()[:26]


def failure(task: PlanTask, attempt: int, error: JsonObject, now: int) -> Draft:
    """Return what a failed attempt becomes: another attempt later, or the task's outcome."""
    retry = task.retry
    if retry is None or attempt >= retry.attempts or error.get("code") in NEVER_RETRIED:
        return Draft("task.failed", task.path, attempt, {"kind": task.kind, "error": error})
    delay = min(retry.delay_ms * retry.backoff ** (attempt - 1), retry.max_delay_ms)
    return Draft(
        "task.retried",
        task.path,
        attempt,
        {"error": error, "next_attempt": attempt + 1, "due_at": now + int(delay)},
    )


def _cancel_run(index: PlanIndex, state: RunState) -> list[Draft]:
    reason = (state.cancel or {}).get("reason")
    return [
        *cancel_below(index, state, index.plan.root),
        Draft("run.cancelled", data={"reason": reason}),
    ]


def cancel_below(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    """Cancel what is open below `task`, children before parents."""
    drafts: list[Draft] = []
    for child in task.children:
        open_state = state.tasks.get(child.path)
        if open_state is None or open_state.status in SETTLED:
            continue
        drafts += cancel_below(index, state, child)
        drafts += [
            Draft(
                "approval.cancelled",
                child.path,
                open_state.attempt,
                {"approval_id": approval.approval_id},
                approval.call_id,
            )
            for approval in state.approvals.values()
            if approval.path == child.path and approval.status == "open"
        ]
        drafts.append(Draft("task.cancelled", child.path, open_state.attempt, {"kind": child.kind}))
    return drafts


def _bad(state: RunState, child: PlanTask) -> bool:
    found = state.tasks.get(child.path)
    return (
        found is not None
        and found.status in ("failed", "timed_out", "cancelled")
        and child.on_error == "fail"
    )


def _ending(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft] | None:
    """Return how the container ends, or None when it goes on."""
    settled = [
        c for c in task.children if c.path in state.tasks and state.tasks[c.path].status in SETTLED
    ]
    failed = [c for c in settled if _bad(state, c)]
    everything = len(settled) == len(task.children)
    if failed and (everything or task.fail_fast):
        return [*cancel_below(index, state, task), _failed(state, task, failed[0])]
    good = len(settled) - len(failed)
    wanted = len(task.children) if task.join == "all" else 1 if task.join == "any" else task.join
    if task.join != "all":
        good = sum(1 for c in settled if state.tasks[c.path].status == "completed")
        wanted = min(wanted, len(task.children))
    if good >= wanted:
        return [*cancel_below(index, state, task), _completed(index, state, task)]
    if everything:
        error: JsonObject = {
            "code": "join_not_met",
            "message": f"Only {good} of the {wanted} tasks that {task.path!r} waits for completed.",
        }
        return [_failure_of(task, error)]
    return None


def _failed(state: RunState, task: PlanTask, child: PlanTask) -> Draft:
    cause = state.tasks[child.path].error or {
        "code": state.tasks[child.path].status,
        "message": f"Task {child.path!r} was {state.tasks[child.path].status.replace('_', ' ')}.",
    }
    return _failure_of(task, {"path": child.path, **cause})


def _failure_of(task: PlanTask, error: JsonObject) -> Draft:
    if task.path == "":
        return Draft("run.failed", data={"error": error})
    return Draft("task.failed", task.path, 1, {"kind": task.kind, "error": error})


def _completed(index: PlanIndex, state: RunState, task: PlanTask) -> Draft:
    if task.path == "":
        try:
            outputs = resolve(index.plan.outputs, scope_of(index, state, ""))
        except AgentryError as problem:
            return _failure_of(task, {"code": problem.code, "message": problem.detail})
        return Draft("run.completed", data={"outputs": outputs})
    output: Json = None
    if task.kind == "parallel":
        output = {c.id: state.tasks[c.path].output for c in task.children if c.path in state.tasks}
    elif task.children:
        output = state.tasks[task.children[-1].path].output
    return Draft("task.completed", task.path, 1, {"kind": task.kind, "output": output})


def _starts(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    by_id = {child.id: child for child in task.children}
    open_now = sum(
        1
        for c in task.children
        if c.path in state.tasks and state.tasks[c.path].status not in SETTLED
    )
    drafts: list[Draft] = []
    for child in task.children:
        if child.path in state.tasks:
            continue
        needs = [by_id[need] for need in child.needs if need in by_id]
        if any(_bad(state, need) for need in needs):
            drafts.append(_skipped(child, "needs"))
            continue
        if not all(n.path in state.tasks and state.tasks[n.path].status in SETTLED for n in needs):
            continue
        if task.max is not None and open_now >= task.max:
            break
        open_now += 1
        drafts += begin(index, state, child)
    return drafts


def _skipped(task: PlanTask, reason: str) -> Draft:
    return Draft("task.skipped", task.path, 1, {"kind": task.kind, "reason": reason})


def begin(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    """Return how a task whose needs are met begins.

    Skipped, failed, scheduled, opened, or asked.
    """
    if task.disabled:
        return [_skipped(task, "disabled")]
    if task.kind in CONTAINERS and task.condition is None:
        return [Draft("task.started", task.path, 1, {"kind": task.kind})]
    try:
        scope = scope_of(index, state, task.path)
        if task.condition is not None and evaluate(task.condition, scope) is not True:
            return [_skipped(task, "condition")]
        given = cast(JsonObject, resolve(task.given, scope))
    except AgentryError as problem:
        error: JsonObject = {"code": problem.code, "message": problem.detail}
        return [Draft("task.failed", task.path, 1, {"kind": task.kind, "error": error})]
    if task.kind in CONTAINERS:
        return [Draft("task.started", task.path, 1, {"kind": task.kind})]
    if task.kind == "approval":
        return _asks(state, task, given)
    return [Draft("task.scheduled", task.path, 1, {"kind": task.kind, "given": given})]


def _asks(state: RunState, task: PlanTask, given: JsonObject) -> list[Draft]:
    asked: JsonObject = {
        "approval_id": approval_id_of(state.run_id, f"{task.path}#1"),
        "kind": "approval",
        **given,
    }
    return [
        Draft("task.started", task.path, 1, {"kind": task.kind}),
        Draft("task.waiting", task.path, 1, {}),
        Draft("approval.asked", task.path, 1, asked),
    ]
