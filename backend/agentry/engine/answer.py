"""A person's answer to an open question, as facts."""

from __future__ import annotations

from agentry.base.errors import NotFound
from agentry.base.json import JsonObject
from agentry.engine.change import Change, error_of
from agentry.engine.errors import AlreadyDecided
from agentry.journal.events import Draft, EventType
from agentry.journal.state import ApprovalState
from agentry.policy import votes
from agentry.policy.votes import Principal


def answer(
    change: Change,
    approval_id: str,
    decision: str,
    by: str,
    reason: str,
    args: JsonObject | None,
    who: Principal | None = None,
) -> None:
    """Take in one answer; raise `NotFound`, `AlreadyDecided`, `NotAsked`, `SelfApproval`.

    `who` None is the one person of a studio without accounts, who may answer everything.
    """
    approval = change.state.approvals.get(approval_id)
    if approval is None:
        raise NotFound("approval", approval_id)
    if approval.status != "open":
        raise AlreadyDecided(approval_id, approval.status)
    if who is not None:
        votes.check(approval.data, who, decision, change.state.by)
    vote = votes.vote_of(approval.data, by, decision, args)
    if votes.repeats(approval.votes, vote):
        raise AlreadyDecided(approval_id, f"answered by {by}")
    data: JsonObject = {
        "approval_id": approval_id,
        "decision": decision,
        "by": by,
        "reason": reason,
    }
    if vote.args is not None:
        data["args"] = vote.args
    if vote.subject != approval.subject:
        data["subject"] = vote.subject
    settled = not vote.approves or votes.agree(approval.votes, vote) >= approval.need
    kind: EventType = "approval.decided" if settled else "approval.voted"
    attempt = change.state.tasks[approval.path].attempt
    change.place(Draft(kind, approval.path, attempt, data, approval.call_id, actor=by))
    if settled and approval.call_id is None:
        change.place(_answered(change, approval, decision, by, reason, args))


def _answered(
    change: Change,
    approval: ApprovalState,
    decision: str,
    by: str,
    reason: str,
    args: JsonObject | None,
) -> Draft:
    task = change.index.task(approval.path)
    if decision == "approve":
        output: JsonObject = {
            "decision": decision,
            "by": by,
            "reason": reason,
            "values": args or {},
        }
        return Draft("task.completed", task.path, 1, {"kind": task.kind, "output": output})
    said = f": {reason}" if reason else "."
    error = error_of("approval_denied", f"{by} denied {task.path!r}{said}")
    return Draft("task.failed", task.path, 1, {"kind": task.kind, "error": error})
