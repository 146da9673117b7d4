"""What expressions of a task can see: inputs, env, finished tasks, the run."""

from __future__ import annotations

from agentry.base.json import Json, JsonObject
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.journal.state import RunState, TaskState

_ABSENT: JsonObject = {"output": None, "status": "pending", "error": None}


def scope_of(index: PlanIndex, state: RunState, path: str) -> JsonObject:
    """Return the scope of the task at `path` ('' = the flow's own outputs)."""
    agent = index.tasks[path].agent
    tasks: JsonObject = {}
    for task_id, target in visible(index, path).items():
        tasks[task_id] = _view(state.tasks.get(target))
    run: JsonObject = {"id": state.run_id, "started_at": state.started_at or state.created_at}
    return {
        "inputs": state.inputs,
        "env": state.env,
        "vars": index.plan.agents[agent].vars if agent else {},
        "tasks": tasks,
        "run": run,
    }


def visible(index: PlanIndex, path: str) -> dict[str, str]:
    """Return task id -> path as seen from `path`: the nearest enclosing list wins."""
    found: dict[str, str] = {}
    containers = [*reversed(index.lineage(path)), path] if path else [""]
    for container in containers:
        inner: dict[str, str] = {}
        _collect(index.tasks[container], inner)
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
    return {"output": task.output, "status": task.status, "error": task.error}
