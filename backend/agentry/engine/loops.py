"""What a loop does next: another iteration, its end, or nothing yet."""

from __future__ import annotations

from agentry.base.errors import AgentryError
from agentry.base.json import Json
from agentry.engine.outcomes import BAD, cancel_below, completed, failed, failed_as
from agentry.engine.plan import PlanIndex, PlanLoop, PlanTask
from agentry.engine.scope import scope_of
from agentry.flow.expr import evaluate
from agentry.journal.events import Draft
from agentry.journal.state import SETTLED, RunState, TaskState


def decide_loop(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    """Return the next events of a loop that goes on. Its iterations are `path@1`, `path@2`, …"""
    loop = task.loop
    if loop is None:
        return []
    begun = state.tasks[task.path].iterations
    rounds = [state.tasks[f"{task.path}@{number}"] for number in range(1, begun + 1)]
    for found in rounds:
        if found.status in BAD:
            child = index.task(found.path)
            return [*cancel_below(index, state, task), failed(state, task, child)]
    if loop.test is not None:
        return _while(index, state, task, loop, rounds)
    return _counted(state, task, loop, rounds)


def _counted(
    state: RunState, task: PlanTask, loop: PlanLoop, rounds: list[TaskState]
) -> list[Draft]:
    given = state.tasks[task.path].given
    items, times = given.get("items"), given.get("times")
    total = len(items) if isinstance(items, list) else times if isinstance(times, int) else 0
    over = sum(1 for found in rounds if found.status in SETTLED)
    if over >= total:
        outputs: list[Json] = [found.output for found in rounds]
        return [completed(task, outputs)]
    if state.paused:
        return []
    free = loop.max_parallel - (len(rounds) - over)
    last = min(total, len(rounds) + max(free, 0))
    return [_iteration(task, number) for number in range(len(rounds) + 1, last + 1)]


def _while(
    index: PlanIndex, state: RunState, task: PlanTask, loop: PlanLoop, rounds: list[TaskState]
) -> list[Draft]:
    if state.paused or (rounds and rounds[-1].status not in SETTLED):
        return []
    output = rounds[-1].output if rounds else None
    if len(rounds) >= loop.most:
        return [completed(task, output)]
    if rounds or loop.early:
        # Seen from inside the last iteration, so that the test can look at what the body gave.
        seen_from = rounds[-1].path if rounds else task.path
        try:
            goes_on = evaluate(loop.test or "false", scope_of(index, state, seen_from))
        except AgentryError as problem:
            return [failed_as(task, {"code": problem.code, "message": problem.detail})]
        if goes_on is not True:
            return [completed(task, output)]
    return [_iteration(task, len(rounds) + 1)]


def _iteration(task: PlanTask, number: int) -> Draft:
    return Draft("task.started", f"{task.path}@{number}", 1, {"kind": "iteration"})
