"""Events to state. Pure: the same events give the same state, here and in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never, cast

from agentry.base.json import JsonObject
from agentry.journal.events import Event
from agentry.journal.state import ApprovalState, CallState, RunState, TaskState, TaskStatus


def fold(state: RunState, event: Event) -> RunState:
    """Take one event into `state` (in place) and return it."""
    state.last_seq = event.seq
    family = event.type.partition(".")[0]
    if family == "run":
        _run(state, event)
    elif family == "task":
        _task(state, event)
    elif family == "approval":
        _approval(state, event)
    else:
        _work(state, event)
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


def _run(state: RunState, event: Event) -> None:
    match event.type:
        case "run.accepted":
            state.inputs = _object(event, "inputs")
            state.env = _object(event, "env")
            state.by = str(event.data.get("by") or "")
            state.created_at = event.ts
        case "run.started":
            state.status, state.started_at = "running", event.ts
        case "run.cancel_requested":
            state.status, state.cancel = "cancelling", event.data
        case "run.completed":
            state.status, state.outputs = "completed", _object(event, "outputs")
        case "run.failed":
            state.status, state.error = "failed", _object(event, "error")
        case "run.cancelled":
            state.status = "cancelled"
        case _:
            raise AssertionError(event.type)
    if state.status in ("completed", "failed", "cancelled"):
        state.ended_at = event.ts


_OUTCOME: dict[str, TaskStatus] = {
    "task.completed": "completed",
    "task.failed": "failed",
    "task.skipped": "skipped",
    "task.cancelled": "cancelled",
    "task.timed_out": "timed_out",
}


def _task(state: RunState, event: Event) -> None:
    task = state.tasks.get(event.path)
    if task is None:
        kind = event.data.get("kind")
        task = TaskState(event.path, kind if isinstance(kind, str) else "", "ready")
        state.tasks[event.path] = task
    task.attempt = event.attempt
    match event.type:
        case "task.scheduled":
            task.given = _object(event, "given")
        case "task.started":
            task.status = "running"
            task.fence = event.fence or 0
            task.started_at = task.started_at or event.ts
            if "given" in event.data:
                task.given = _object(event, "given")
            if task.kind == "iteration":
                state.tasks[event.path.rpartition("@")[0]].iterations += 1
        case "task.waiting":
            task.status = "waiting"
        case "task.retried":
            # A new attempt starts from nothing: its turns and calls have keys of their own.
            task.status, task.turns, task.error = "ready", {}, _object(event, "error")
            task.attempt = event.attempt + 1
        case (
            "task.completed" | "task.failed" | "task.skipped" | "task.cancelled" | "task.timed_out"
        ):
            task.status, task.ended_at = _OUTCOME[event.type], event.ts
            task.output = event.data.get("output")
            task.error = _object(event, "error") or None
        case _:
            raise AssertionError(event.type)


def _approval(state: RunState, event: Event) -> None:
    approval_id = str(event.data.get("approval_id"))
    if event.type == "approval.asked":
        state.approvals[approval_id] = ApprovalState(
            approval_id, event.path, event.call_id, "open", event.data
        )
        return
    approval = state.approvals[approval_id]
    if event.type == "approval.voted":
        approval.voters.append(str(event.data.get("by")))
        return
    approval.answer = event.data
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


def _work(state: RunState, event: Event) -> None:
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
            _count(state, event.usage or {})
        case "call.started":
            call_id = event.call_id or ""
            task.calls[call_id] = CallState(
                call_id, str(event.data.get("tool")), _object(event, "args"), "started"
            )
        case "call.completed" | "call.failed" | "call.denied":
            call_id = event.call_id or ""
            call = task.calls.get(call_id)
            if call is None:
                call = CallState(call_id, str(event.data.get("tool")), _object(event, "args"), "")
                task.calls[call_id] = call
            call.status = event.type.removeprefix("call.")
            call.result = event.data
        case (
            "run.accepted"
            | "run.started"
            | "run.cancel_requested"
            | "run.completed"
            | "run.failed"
            | "run.cancelled"
            | "task.scheduled"
            | "task.started"
            | "task.waiting"
            | "task.retried"
            | "task.completed"
            | "task.failed"
            | "task.skipped"
            | "task.cancelled"
            | "task.timed_out"
            | "approval.asked"
            | "approval.voted"
            | "approval.decided"
            | "approval.expired"
            | "approval.cancelled"
        ):
            raise AssertionError(event.type)
        case _:
            assert_never(event.type)


def _count(state: RunState, usage: JsonObject) -> None:
    totals = state.totals
    totals.replies += 1
    totals.input_tokens += cast(int, usage.get("input_tokens") or 0)
    totals.output_tokens += cast(int, usage.get("output_tokens") or 0)
    totals.cached_tokens += cast(int, usage.get("cached_tokens") or 0)
    cost = usage.get("cost_usd")
    if isinstance(cost, int | float):
        totals.cost_usd += float(cost)
    else:
        totals.unknown_cost += 1
    totals.estimated = totals.estimated or bool(usage.get("estimated"))
