"""A person's answer to an open question, as facts."""

from __future__ import annotations

from agentry.base.errors import NotFound
from agentry.base.json import JsonObject
from agentry.engine.change import Change, error_of
from agentry.engine.errors import AlreadyDecided
from agentry.journal.events import Draft
from agentry.journal.state import ApprovalState


def answer(
    change: Change, approval_id: str, decision: str, by: str, reason: str, args: JsonObject | None
) -> None:
    """Take in one answer; raise `NotFound`, `AlreadyDecided`."""
    approval = change.state.approvals.get(approval_id)
    if approval is None:
        raise NotFound("approval", approval_id)
    if approval.status != "open":
        raise AlreadyDecided(approval_id, approval.status)
    if by in approval.voters:
        raise AlreadyDecided(approval_id, f"answered by {by}")
    attempt = change.state.tasks[approval.path].attempt
    data: JsonObject = {
        "approval_id": approval_id,
        "decision": decision,
        "by": by,
        "reason": reason,
    }
    if decision == "approve" and len(approval.voters) + 1 < approval.need:
        vote = Draft("approval.voted", approval.path, attempt, data, approval.call_id, actor=by)
        change.place(vote)
        return
    if args is not None:
        data["args"] = args
    change.place(
        Draft("approval.decided", approval.path, attempt, data, approval.call_id, actor=by)
    )
    if approval.call_id is None:
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
