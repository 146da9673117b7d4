"""Events to state. Pure: the same events give the same state, here and in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from agentry.base.json import JsonObject
from agentry.journal.events import RUN_TERMINAL, Event
from agentry.journal.fold_task import fold_task
from agentry.journal.fold_work import fold_work
from agentry.journal.state import ApprovalState, RunState, TaskState, TaskStatus


def fold(state: RunState, event: Event) -> RunState:
    """Take one event into `state` (in place) and return it."""
    state.last_seq = event.seq
    match event.type.partition(".")[0]:
        case "run":
            _run(state, event)
        case "task":
            fold_task(state, event)
        case "approval":
            _approval(state, event)
        case "message":
            _message(state, event)
        case "breakpoints":
            state.trial.breakpoints = _paths(event.data.get("paths"))
        case _:
            fold_work(state, event)
    return state


def fold_all(run_id: str, events: Iterable[Event]) -> RunState:
    """Return the state after `events`, in order."""
    state = RunState(run_id)
    for event in events:
        fold(state, event)
    return state


def _object(event: Event, key: str) -> JsonObject:
    value = event.data.get(key)
    return value if isinstance(value, dict) else {}


def _paths(value: object) -> frozenset[str]:
    return frozenset(str(path) for path in cast(list[object], value or []))


def _run(state: RunState, event: Event) -> None:
    match event.type:
        case "run.accepted":
            _accepted(state, event)
        case "run.started":
            state.status, state.started_at = "running", event.ts
        case "run.paused" | "run.resumed":
            state.paused = event.type == "run.paused"
        case "run.cancel_requested":
            state.status, state.cancel = "cancelling", event.data
        case "run.completed":
            state.status, state.outputs = "completed", _object(event, "outputs")
        case "run.failed":
            state.error = _object(event, "error")
            spent = state.error.get("code") == "budget_exceeded"
            state.status = "budget_exceeded" if spent else "failed"
        case "run.cancelled":
            state.status = "cancelled"
        case _:
            raise AssertionError(event.type)
    if event.type in RUN_TERMINAL:
        state.ended_at = event.ts


def _accepted(state: RunState, event: Event) -> None:
    state.inputs = _object(event, "inputs")
    state.env = _object(event, "env")
    state.child_env = _object(event, "child_env")
    state.budget = _object(event, "budget")
    state.messages = cast(list[JsonObject], event.data.get("messages") or [])
    state.received = {str(message.get("msg_id")) for message in state.messages}
    state.by = str(event.data.get("by") or "")
    state.attended = event.data.get("attended") is not False
    state.created_at = event.ts
    trial = _object(event, "trial")
    only, pins = trial.get("only"), trial.get("pins")
    state.trial.pins = pins if isinstance(pins, dict) else {}
    state.trial.only = only if isinstance(only, str) else None
    state.trial.development = trial.get("development") is True
    state.trial.breakpoints = _paths(trial.get("breakpoints"))
    state.trial.stepping = trial.get("step") is True
    for item in cast(list[JsonObject], event.data.get("carried") or []):
        task = carried_task(item, event.ts)
        state.tasks[task.path] = task


def carried_task(item: JsonObject, ts: int) -> TaskState:
    """Return a task of another run as `run.accepted` of its fork carries it; `ts` is its time."""
    status = cast(TaskStatus, str(item["status"]))
    given, error = item.get("given"), item.get("error")
    iterations = item.get("iterations")
    return TaskState(
        path=str(item["path"]),
        kind=str(item["kind"]),
        status=status,
        given=given if isinstance(given, dict) else {},
        output=item.get("output"),
        error=error if isinstance(error, dict) else None,
        started_at=ts,
        ended_at=None if status == "running" else ts,
        iterations=iterations if isinstance(iterations, int) else 0,
        reason=str(item.get("reason") or ""),
        active_since=ts if status == "running" else None,
    )


def _approval(state: RunState, event: Event) -> None:
    approval_id = str(event.data.get("approval_id"))
    if event.type == "approval.asked":
        state.approvals[approval_id] = ApprovalState(
            approval_id, event.path, event.call_id, "open", event.data, event.ts
        )
        return
    approval = state.approvals[approval_id]
    if event.type == "approval.voted":
        approval.votes[str(event.data.get("by"))] = str(
            event.data.get("subject") or approval.subject
        )
        return
    approval.answer, approval.ended_at = event.data, event.ts
    match event.type:
        case "approval.decided":
            approval.status = "approved" if event.data.get("decision") == "approve" else "denied"
        case "approval.expired":
            approval.status = "expired"
        case "approval.cancelled":
            approval.status = "cancelled"
        case _:
            raise AssertionError(event.type)
    task = state.tasks.get(event.path)
    if task is not None and task.status == "waiting" and approval.call_id is not None:
        task.status = "ready"


def _message(state: RunState, event: Event) -> None:
    state.messages.append(event.data)
    state.received.add(str(event.data.get("msg_id")))
