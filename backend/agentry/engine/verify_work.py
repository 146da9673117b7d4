"""What a worker may tell of its task: its output is that of its last turn or of its call."""

from __future__ import annotations

from agentry.agents.answer import NotTyped, typed
from agentry.base.json import Json
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.journal.events import Event
from agentry.journal.state import RunState, TaskState

_TOLD = (
    "turn.started",
    "turn.replied",
    "call.started",
    "call.in_doubt",
    "call.completed",
    "call.failed",
    "call.denied",
    "state.saved",
    "approval.asked",
    "task.waiting",
    "task.completed",
    "task.failed",
    "task.retried",
)


def check_work(
    index: PlanIndex, state: RunState, task: TaskState, event: Event, *, asked: bool
) -> str:
    """Return why the holder of `task` cannot have told `event`, '' where it can.

    `asked`: a model has been asked something in this attempt. The text completes "Event 7 (…) ".
    """
    plan_task = index.task(task.path)
    if event.type not in _TOLD:
        return "is nothing that a worker tells"
    if event.type.startswith("turn.") and event.data.get("turn") in task.turns:
        return f"repeats turn {event.data.get('turn')}, which had its reply"
    if event.type.startswith("call."):
        return _check_call(plan_task, state, task, event)
    if event.type == "task.completed" and not _gave(plan_task, task, event, asked=asked):
        return "has an output that its work did not give"
    return ""


def _check_call(plan_task: PlanTask, state: RunState, task: TaskState, event: Event) -> str:
    call = task.calls.get(event.call_id or "")
    if call is not None and call.status in ("completed", "failed", "denied"):
        return f"goes on with call {event.call_id}, which had ended"
    asked = state.approval_of(task.path, event.call_id)
    if event.type == "call.started" and asked is not None and asked.status != "approved":
        return f"makes call {event.call_id}, whose approval is {asked.status}"
    if event.type == "call.started":
        tool, args = _asked_for(plan_task, task, event.call_id)
        for found in state.approvals.values():
            if (found.path, found.call_id) == (task.path, event.call_id):
                args = found.answer.get("args") or args
        if (event.data.get("tool"), event.data.get("args")) != (tool, args):
            return "is another call than was asked for"
    return ""


def _asked_for(plan_task: PlanTask, task: TaskState, call_id: str | None) -> tuple[Json, Json]:
    """Return the tool and the arguments of a call as the plan or a turn asks for it."""
    if plan_task.kind == "tool":
        return plan_task.tool, task.given.get("args")
    for turn in task.turns.values():
        calls = turn.get("calls")
        for item in calls if isinstance(calls, list) else []:
            if isinstance(item, dict) and item.get("call_id") == call_id:
                return item.get("tool"), item.get("args")
    return None, None


def _gave(plan_task: PlanTask, task: TaskState, event: Event, *, asked: bool) -> bool:
    """Return whether the work in the journal ends in the event's output; True for no work."""
    output = event.data.get("output")
    if plan_task.kind == "tool":
        call = task.calls.get(f"{task.path}#{task.attempt}/call-0")
        return call is None or (call.status == "completed" and call.result.get("output") == output)
    if not task.turns:
        return not asked
    last = task.turns[max(task.turns)]
    text = last.get("text")
    if last.get("calls"):
        return False
    if not isinstance(text, str) or plan_task.output_schema is None:
        return text in (None, output)
    try:
        return typed(text, plan_task.output_schema) == output
    except NotTyped:
        return False
