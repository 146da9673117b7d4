"""Say what happens next in one container; touch nothing. No clock, no chance, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.engine.begin import begin
from agentry.engine.loops import decide_loop
from agentry.engine.outcomes import (
    cancel_below,
    completed,
    ended_badly,
    failed,
    failed_as,
    rescue_of,
    settled,
    skipped,
)
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.engine.scope import scope_of
from agentry.engine.trial import hold
from agentry.flow.expr import resolve
from agentry.journal.events import Draft
from agentry.journal.state import SETTLED, RunState


def decide(index: PlanIndex, state: RunState, path: str) -> list[Draft]:
    """Return the events that follow in the container at `path` ('' = the run)."""
    task = index.task(path)
    if path and (path not in state.tasks or state.tasks[path].status != "running"):
        return []
    if state.ended_at is not None:
        return []
    if state.cancel is not None:
        return _cancel_run(index, state) if path == "" else []
    if task.kind == "condition":
        return _decide_condition(state, task)
    if task.kind == "loop":
        return decide_loop(index, state, task)
    delivered = _delivered(state, task)
    if delivered:
        return delivered
    ending = _ending(index, state, task)
    return ending if ending is not None else _starts(index, state, task)


def _delivered(state: RunState, task: PlanTask) -> list[Draft]:
    """Return how messages that have come end the waits of this list."""
    drafts: list[Draft] = []
    left = list(state.messages)
    for child in task.children if left else ():
        found = state.tasks.get(child.path)
        if found is None or found.status != "waiting" or "message" not in found.awaits:
            continue
        name = found.awaits["message"]
        message = next((item for item in left if item.get("name") == name), None)
        if message is not None:
            left.remove(message)
            data: JsonObject = {
                "kind": child.kind,
                "output": message.get("payload"),
                "msg_id": message.get("msg_id"),
            }
            drafts.append(Draft("task.completed", child.path, found.attempt, data))
    return drafts


def _cancel_run(index: PlanIndex, state: RunState) -> list[Draft]:
    reason = (state.cancel or {}).get("reason")
    return [
        *cancel_below(index, state, index.plan.root),
        Draft("run.cancelled", data={"reason": reason}),
    ]


def _decide_condition(state: RunState, task: PlanTask) -> list[Draft]:
    taken = state.tasks[task.path].given.get("taken")
    branch = next((child for child in task.children if child.id == taken), None)
    if branch is None:
        return [completed(task, None)]
    found = state.tasks.get(branch.path)
    if found is None:
        return [Draft("task.started", branch.path, 1, {"kind": branch.kind})]
    if found.status not in SETTLED:
        return []
    if found.status == "completed":
        return [completed(task, found.output)]
    return [failed(state, task, branch)]


def _ending(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft] | None:
    """Return how a list, lanes, a branch or an iteration ends, or None when it goes on."""
    over = [child for child in task.children if settled(state, child)]
    bad = [child for child in over if ended_badly(state, child)]
    everything = len(over) == len(task.children)
    if bad and task.fail_fast:
        return [*cancel_below(index, state, task), failed(state, task, bad[0])]
    good = len(over) - len(bad)
    wanted = len(task.children) if task.join == "all" else 1 if task.join == "any" else task.join
    if task.join != "all":
        good = sum(1 for child in over if state.tasks[child.path].status == "completed")
        wanted = min(wanted, len(task.children))
    if good >= wanted:
        return [*cancel_below(index, state, task), _complete(index, state, task)]
    if everything and bad:
        return [failed(state, task, bad[0])]
    if everything:
        error: JsonObject = {
            "code": "join_not_met",
            "message": f"Only {good} of the {wanted} tasks that {task.path!r} waits for completed.",
        }
        return [failed_as(task, error)]
    return None


def _complete(index: PlanIndex, state: RunState, task: PlanTask) -> Draft:
    if task.path == "" and state.trial.only is not None:
        return Draft("run.completed", data={"outputs": {}})
    if task.path == "":
        try:
            outputs = resolve(index.plan.outputs, scope_of(index, state, ""))
        except AgentryError as problem:
            return failed_as(task, {"code": problem.code, "message": problem.detail})
        return Draft("run.completed", data={"outputs": outputs})
    output: Json = None
    if task.kind == "parallel":
        output = {c.id: state.tasks[c.path].output for c in task.children if c.path in state.tasks}
    elif task.children:
        output = state.tasks[task.children[-1].path].output
    return completed(task, output)


def _starts(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    if state.paused:
        return []
    siblings = index.siblings(task)
    drafts = _rescues(state, task)
    free = _free(state, task)
    for child in task.children:
        if child.path in state.tasks:
            continue
        needs = _needs(state, siblings, child)
        if needs == "bad":
            drafts.append(skipped(child, "needs"))
        elif needs == "met" and (free is None or free > 0):
            free = None if free is None else free - 1
            held = hold(state, child)
            drafts += begin(index, state, child) if held is None else [held]
    return drafts


def _needs(
    state: RunState, siblings: Mapping[str, PlanTask], child: PlanTask
) -> Literal["met", "open", "bad"]:
    """Return how those stand whom `child` needs; one that ended badly is enough for `bad`.

    So is one that never began because of whom *it* needs.
    """
    said: Literal["met", "open"] = "met"
    for need in child.needs:
        sibling = siblings.get(need)
        if sibling is None:
            continue
        if sibling.path not in state.tasks:
            said = "open"
        elif ended_badly(state, sibling) or state.tasks[sibling.path].reason == "needs":
            return "bad"
        elif not settled(state, sibling):
            said = "open"
    return said


def _free(state: RunState, task: PlanTask) -> int | None:
    """Return how many more tasks of a list may begin; None where it has no bound."""
    if task.max is None:
        return None
    begun = [child for child in task.children if child.path in state.tasks]
    return task.max - sum(1 for child in begun if not settled(state, child))


def _rescues(state: RunState, task: PlanTask) -> list[Draft]:
    """Return the beginnings of lists that run because a task of `task` failed."""
    drafts: list[Draft] = []
    for child in task.children:
        if child.rescue is None and child.on_expire is None:
            continue
        rescue = rescue_of(state, child)
        if rescue is not None and rescue.path not in state.tasks:
            drafts.append(Draft("task.started", rescue.path, 1, {"kind": rescue.kind}))
    return drafts
