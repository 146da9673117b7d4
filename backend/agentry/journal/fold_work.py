"""The part of the fold that takes in turns and calls."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.journal.events import Event
from agentry.journal.fold_task import count
from agentry.journal.state import CallState, RunState, TaskState


def fold_work(state: RunState, event: Event) -> None:
    """Take one `turn.*` or `call.*` event into `state`."""
    task = state.tasks[event.path]
    match event.type:
        case "turn.started":
            pass
        case "turn.replied":
            turn = event.data.get("turn")
            task.turns[turn if isinstance(turn, int) else len(task.turns) + 1] = {
                **event.data,
                "usage": event.usage,
            }
            state.totals.replies += 1
            count(state, event.usage or {})
        case "call.started":
            call = CallState(
                event.call_id or "", str(event.data.get("tool")), _args(event), "started"
            )
            task.calls[call.call_id] = call
        case "call.completed" | "call.failed" | "call.denied":
            call = _call_of(task, event)
            call.status = event.type.removeprefix("call.")
            call.result = event.data
        case _:
            raise AssertionError(event.type)


def _call_of(task: TaskState, event: Event) -> CallState:
    call_id = event.call_id or ""
    call = task.calls.get(call_id)
    if call is None:
        call = CallState(call_id, str(event.data.get("tool")), _args(event), "")
        task.calls[call_id] = call
    return call


def _args(event: Event) -> JsonObject:
    args = event.data.get("args")
    return args if isinstance(args, dict) else {}
