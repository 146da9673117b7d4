"""What expressions of a task can see: inputs, env, finished tasks, the run."""

from __future__ import annotations

from agentry.base.json import Json, JsonObject
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.flow.expr import references
from agentry.flow.template import OPEN
from agentry.journal.state import RunState, TaskState, Totals


class _Unknown:
    """Not worked out yet; None is an answer."""


_UNKNOWN = _Unknown()
_NOTHING: JsonObject = Totals().to_json()
_ABSENT: JsonObject = {"output": None, "status": "pending", "error": None, "usage": _NOTHING}


def scope_of(
    index: PlanIndex, state: RunState, path: str, only: frozenset[str] | None = None
) -> JsonObject:
    """Return the scope of the task at `path` ('' = the flow's own outputs).

    `only` these tasks are in it; None puts in all that can be seen from there.
    """
    agent = index.task(path).agent
    tasks: JsonObject = {}
    seen = visible(index, path)
    for task_id in seen if only is None else only:
        if task_id in seen:
            tasks[task_id] = _view(state.tasks.get(seen[task_id]))
    run: JsonObject = {"id": state.run_id, "started_at": state.started_at or state.created_at}
    return {
        "inputs": state.inputs,
        "env": state.env,
        "vars": index.plan.agents[agent].vars if agent else {},
        "tasks": tasks,
        "run": run,
        "loop": _loop_of(index, state, path),
    }


def read_by(index: PlanIndex, task: PlanTask) -> frozenset[str] | None:
    """Return the ids of the tasks that the expressions of `task` name; None where they name none.

    A long list would else be looked at whole for each of its tasks.
    """
    known = index.reads.get(task.path, _UNKNOWN)
    if not isinstance(known, _Unknown):
        return known
    loop = task.loop
    bare = [task.condition, task.test, task.subject, loop.test if loop is not None else None]
    filled: list[Json] = [task.given, *((loop.each, loop.times) if loop is not None else ())]
    paths = {path for source in bare if source is not None for path in references(source)}
    for value in filled:
        if not isinstance(value, str) or OPEN in value:
            paths |= references(value)
    named = {path[1] if len(path) > 1 else "" for path in paths if path[0] == "tasks"}
    found = None if "" in named else frozenset(named)
    if "@" not in task.path:  # iterations would pile up
        index.reads[task.path] = found
    return found


def _loop_of(index: PlanIndex, state: RunState, path: str) -> JsonObject:
    """Return what the iterations around `path` give names to; {} outside of loops.

    The nearest one says `item`, `index` and `iteration`; of those around it, the names that their
    `as` gives.
    """
    seen: JsonObject = {}
    for container in reversed((path, *index.lineage(path))):
        loop_path, _, number = container.rpartition("@")
        if not number.isdigit() or index.task(container).kind != "iteration":
            continue
        loop = index.task(loop_path).loop
        items = state.tasks[loop_path].given.get("items")
        item = items[int(number) - 1] if isinstance(items, list) else None
        seen |= {"index": int(number) - 1, "iteration": int(number), "item": item}
        seen[loop.as_name if loop is not None else "item"] = item
    return seen


def visible(index: PlanIndex, path: str) -> dict[str, str]:
    """Return task id -> path as seen from `path`: the nearest enclosing list wins."""
    # A task without tasks of its own sees what its list sees, and the plan never changes.
    seen_from = path if path == "" or index.task(path).children else index.parent(path)
    known = index.seen.get(seen_from)
    if known is None:
        known = _visible(index, seen_from)
        if "@" not in seen_from:  # iterations would pile up
            index.seen[seen_from] = known
    return known


def _visible(index: PlanIndex, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    containers = [*reversed(index.lineage(path)), path] if path else [""]
    for container in containers:
        inner: dict[str, str] = {}
        _collect(index.task(container), inner)
        found.update(inner)
    return found


def _collect(task: PlanTask, found: dict[str, str]) -> None:
    for child in task.children:
        found.setdefault(child.id, child.path)
    for child in task.children:
        _collect(child, found)


def _view(task: TaskState | None) -> Json:
    if task is None:
        return _ABSENT
    return {
        "output": task.output,
        "status": task.status,
        "error": task.error,
        "usage": _NOTHING if task.used is None else task.used.to_json(),
    }
