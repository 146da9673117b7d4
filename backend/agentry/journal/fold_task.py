"""The part of the fold that takes in what becomes of tasks."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.journal.events import Event
from agentry.journal.state import RunState, TaskState, TaskStatus, Totals

_OUTCOME: dict[str, TaskStatus] = {
    "task.completed": "completed",
    "task.failed": "failed",
    "task.skipped": "skipped",
    "task.cancelled": "cancelled",
    "task.timed_out": "timed_out",
}


def fold_task(state: RunState, event: Event) -> None:
    """Take one `task.*` event into `state`."""
    if event.type == "task.released":
        _released(state, event)
        return
    task = state.tasks.get(event.path)
    if task is None:
        kind = event.data.get("kind")
        task = TaskState(event.path, kind if isinstance(kind, str) else "", "ready")
        state.tasks[event.path] = task
    task.attempt = event.attempt
    if event.type != "task.started":
        task.reserved = {}
    match event.type:
        case "task.held":
            task.status, task.awaits = "held", event.data
            state.trial.stepping = False
        case "task.scheduled":
            task.given = _object(event, "given")
        case "task.started":
            _started(state, task, event)
        case "task.waiting":
            task.status, task.awaits = "waiting", event.data
            if task.kind != "flow":
                _rests(task, event.ts)
        case "task.retried":
            # A new attempt starts from nothing: its turns and calls have keys of their own.
            task.status, task.turns, task.error = "ready", {}, _object(event, "error")
            task.attempt = event.attempt + 1
            task.active_ms, task.active_since = 0, None
            count(state, task, event.usage)
        case _:
            _ended(state, task, event)


def _released(state: RunState, event: Event) -> None:
    state.tasks.pop(event.path, None)
    state.trial.released.add(event.path)
    state.trial.stepping = event.data.get("step") is True
    if "given" in event.data:
        state.trial.given[event.path] = _object(event, "given")


def _started(state: RunState, task: TaskState, event: Event) -> None:
    task.status = "running"
    task.fence = event.fence or 0
    task.started_at = task.started_at or event.ts
    if task.active_since is None:
        task.active_since = event.ts
    if "given" in event.data:
        task.given = _object(event, "given")
    if task.kind == "iteration":
        state.tasks[event.path.rpartition("@")[0]].iterations += 1


def _rests(task: TaskState, ts: int) -> None:
    if task.active_since is not None:
        task.active_ms += ts - task.active_since
        task.active_since = None


def _ended(state: RunState, task: TaskState, event: Event) -> None:
    task.status, task.ended_at = _OUTCOME[event.type], event.ts
    task.output = event.data.get("output")
    task.error = _object(event, "error") or None
    task.reason = str(event.data.get("reason") or "")
    count(state, task, event.usage)
    taken = event.data.get("msg_id")
    if taken is not None:
        state.messages = [found for found in state.messages if found.get("msg_id") != taken]


def count(state: RunState, task: TaskState, usage: JsonObject | None) -> None:
    """Add what a reply, or a whole child run, has used; None adds nothing."""
    if usage is None:
        return
    task.used = task.used or Totals()
    for totals in (state.totals, task.used):
        totals.input_tokens += _number(usage, "input_tokens")
        totals.output_tokens += _number(usage, "output_tokens")
        totals.cached_tokens += _number(usage, "cached_tokens")
        cost = usage.get("cost_usd")
        if isinstance(cost, int | float):
            totals.cost_usd += float(cost)
        else:
            totals.unknown_cost += 1
        totals.estimated = totals.estimated or bool(usage.get("estimated"))


def _number(usage: JsonObject, key: str) -> int:
    value = usage.get(key)
    return value if isinstance(value, int) else 0


def _object(event: Event, key: str) -> JsonObject:
    value = event.data.get(key)
    return value if isinstance(value, dict) else {}
