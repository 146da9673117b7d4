"""What an executor takes along when it works on one task."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.base.json import JsonObject
from agentry.engine.budget import bounds_turns, counts_calls
from agentry.engine.plan import Plan, PlanIndex, PlanTask
from agentry.engine.port import Lease
from agentry.engine.scope import scope_of
from agentry.journal.state import ApprovalState, CallState, RunState
from agentry.policy.calls import Answer, PastCall


@dataclass(frozen=True, slots=True)
class Work:
    """One leased task with all that its run says about it; copied, so that it can cross threads.

    `attended`: somebody may be asked. `limited`: a turn must reserve what it may use;
    `counted`: a purse is asked before each call.
    """

    lease: Lease
    plan: Plan
    task: PlanTask
    given: JsonObject
    scope: JsonObject
    inputs: JsonObject
    env: JsonObject
    by: str
    attended: bool
    limited: bool
    counted: bool
    saved: dict[str, int]
    kept: JsonObject
    turns: dict[int, JsonObject]
    calls: dict[str, PastCall]


def take_along(index: PlanIndex, state: RunState, lease: Lease) -> Work:
    """Copy what `lease`'s task needs out of the run's state."""
    task = state.tasks[lease.path]
    answers: dict[str, dict[str, Answer]] = {}
    for approval in state.approvals.values():
        # An open question of an earlier worker has no answer yet.
        if approval.path == lease.path and approval.call_id and approval.status != "open":
            subject = str(approval.data.get("subject") or "")
            answers.setdefault(approval.call_id, {})[subject] = _answer(approval, subject)
    calls = {key: _past(call, answers.pop(key, {})) for key, call in task.calls.items()}
    calls.update((key, PastCall(answers=given)) for key, given in answers.items())
    return Work(
        lease,
        index.plan,
        index.task(lease.path),
        dict(task.given),
        scope_of(index, state, lease.path),
        dict(state.inputs),
        dict(state.env),
        state.by,
        state.attended,
        bounds_turns(index, state, lease.path),
        counts_calls(index, state, lease.path),
        dict(task.saved),
        dict(task.kept),
        dict(task.turns),
        calls,
    )


def _past(call: CallState, answers: dict[str, Answer]) -> PastCall:
    return PastCall(call.status, dict(call.result), call.starts, answers)


def _answer(approval: ApprovalState, subject: str) -> Answer:
    said = approval.answer
    args = said.get("args")
    return Answer(
        approval.status,
        str(said.get("subject") or subject),
        args if isinstance(args, dict) else None,
        str(said.get("by") or ""),
        str(said.get("reason") or ""),
    )
