"""A new run from an old one: what it keeps of it, and what it begins again. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from agentry.base.errors import BadRequest
from agentry.base.json import Json, JsonObject
from agentry.engine.begin import CONTAINERS
from agentry.engine.outcomes import BAD, ended_badly, rescue_of, settled
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.journal.state import RunState, TaskState


def carried(
    index: PlanIndex, state: RunState, *, reopen: bool, outputs: JsonObject
) -> list[JsonObject]:
    """Return the tasks of `state` that a fork starts with, as `run.accepted` holds them.

    What is settled stays; what is under way begins again. `reopen` begins again what ended badly,
    too. `outputs` (path -> output) are put in place of what completed tasks gave.
    """
    kept = {task.path: task for task in _kept(index, state, index.plan.root, reopen=reopen)}
    for path in outputs:
        task = kept.get(path)
        if task is None or task.status != "completed":
            raise BadRequest(
                f"Task {path!r} has not completed at that point, so its output cannot be edited.",
                hint="Name a task that has completed, or fork from a later event.",
            )
    return [_item(task, outputs.get(path, task.output)) for path, task in kept.items()]


def seq_before(state_at: dict[str, int], path: str) -> int | None:
    """Return the last seq before anything happened at `path` or inside it.

    `state_at` is the first seq of every path; None where nothing has happened there.
    """
    inside = (f"{path}/", f"{path}@")
    first = [seq for at, seq in state_at.items() if at == path or at.startswith(inside)]
    return min(first) - 1 if first else None


def _kept(
    index: PlanIndex, state: RunState, within: PlanTask, *, reopen: bool
) -> Iterator[TaskState]:
    for child in _children(index, state, within):
        found = state.tasks.get(child.path)
        if found is None or (reopen and _not_begun(found)):
            continue
        bad = reopen and (
            ended_badly(state, child)
            if child.kind not in ("branch", "iteration", "rescue")
            else found.status in BAD
        )
        over = settled(state, child) and not bad
        if not over and child.kind not in CONTAINERS:
            continue
        yield found if over else _running(found)
        yield from _kept(index, state, child, reopen=reopen and not over)
        rescue = rescue_of(state, child) if over else None
        if rescue is not None and rescue.path in state.tasks:
            yield state.tasks[rescue.path]
            yield from _kept(index, state, rescue, reopen=False)


def _children(index: PlanIndex, state: RunState, task: PlanTask) -> list[PlanTask]:
    if task.loop is None:
        return list(task.children)
    begun = state.tasks[task.path].iterations if task.path in state.tasks else 0
    return [index.task(f"{task.path}@{number}") for number in range(1, begun + 1)]


def _not_begun(found: TaskState) -> bool:
    return found.status == "skipped" and found.reason == "needs"


def _running(found: TaskState) -> TaskState:
    return TaskState(
        found.path, found.kind, "running", given=found.given, iterations=found.iterations
    )


def _item(task: TaskState, output: Json) -> JsonObject:
    item: JsonObject = {"path": task.path, "kind": task.kind, "status": task.status}
    if task.given and task.kind in ("condition", "loop"):
        item["given"] = task.given
    if task.iterations:
        item["iterations"] = task.iterations
    if task.status == "completed":
        item["output"] = output
    if task.error is not None:
        item["error"] = task.error
    if task.reason:
        item["reason"] = task.reason
    return item
