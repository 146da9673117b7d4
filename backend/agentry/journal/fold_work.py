"""The part of the fold that takes in turns and calls."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.journal.events import Event
from agentry.journal.fold_task import count
from agentry.journal.state import CallState, RunState, TaskState


def fold_work(state: RunState, event: Event) -> None:
    """Take one `turn.*`, `call.*` or `state.*` event into `state`."""
    task = state.tasks[event.path]
    match event.type:
        case "turn.started":
            task.reserved = _object(event, "reserve")
        case "turn.replied":
            turn = event.data.get("turn")
            task.turns[turn if isinstance(turn, int) else len(task.turns) + 1] = {
                **event.data,
                "usage": event.usage,
            }
            task.reserved = {}
            state.totals.replies += 1
            count(state, task, event.usage or {})
        case "call.started":
            call = _call_of(task, event)
            call.status, call.args = "started", _object(event, "args")
            call.starts += 1
        case "call.in_doubt":
            _call_of(task, event).status = "in_doubt"
        case "call.completed" | "call.failed" | "call.denied":
            call = _call_of(task, event)
            call.status = event.type.removeprefix("call.")
            call.result = event.data
        case "state.saved":
            task.saved[event.call_id or ""] = event.seq
            task.kept = {**task.kept, **_object(event, "data")}
        case _:
            raise AssertionError(event.type)


def _call_of(task: TaskState, event: Event) -> CallState:
    call_id = event.call_id or ""
    call = task.calls.get(call_id)
    if call is None:
        call = CallState(call_id, str(event.data.get("tool")), _object(event, "args"), "")
        task.calls[call_id] = call
        task.calls_made += 1
    return call


def _object(event: Event, key: str) -> JsonObject:
    value = event.data.get(key)
    return value if isinstance(value, dict) else {}
