"""What happens when a timer's time has come. Nothing, where it no longer matters."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.engine.begin import child_run
from agentry.engine.change import Change, error_of
from agentry.engine.outcomes import failure
from agentry.journal.events import Draft
from agentry.journal.state import SETTLED


def time_out(change: Change, path: str) -> None:
    """End the task at `path`, or its attempt, because it took too long."""
    task = change.state.tasks.get(path)
    plan_task = change.index.task(path)
    if task is None or task.status in SETTLED or plan_task.timeout_ms is None:
        return
    error = error_of(
        "task_timed_out",
        f"Task {path!r} took longer than its time-out of {plan_task.timeout_ms} ms.",
    )
    retried = failure(change.state, plan_task, task.attempt, error, change.now)
    if retried.type == "task.retried" and plan_task.kind in ("agent", "tool"):
        change.place(retried)
        change.revoke(path)
        return
    change.close_below(path)
    change.place(
        Draft(
            "task.timed_out",
            path,
            task.attempt,
            {"kind": plan_task.kind, "timeout_ms": plan_task.timeout_ms, "error": error},
        )
    )


def go_on(change: Change, path: str) -> None:
    """End a pause."""
    task = change.state.tasks.get(path)
    if task is not None and task.status == "waiting":
        data: JsonObject = {"kind": task.kind, "output": {"at": change.now}}
        change.place(Draft("task.completed", path, task.attempt, data))


def lapse(change: Change, path: str) -> None:
    """Give up waiting for a message."""
    task = change.state.tasks.get(path)
    if task is not None and task.status == "waiting":
        name = task.awaits.get("message")
        error = error_of("message_expired", f"No message {name!r} came for {path!r} in time.")
        data: JsonObject = {"kind": task.kind, "error": error}
        change.place(Draft("task.failed", path, task.attempt, data))


def try_again(change: Change, path: str) -> None:
    """Ask for a new child run after one that failed."""
    task = change.state.tasks.get(path)
    if task is not None and task.status == "ready":
        for draft in child_run(change.index.task(path), task.given, task.attempt):
            change.place(draft)


def expire(change: Change, approval_id: str) -> None:
    """Close a question that nobody answered in time."""
    approval = change.state.approvals.get(approval_id)
    if approval is None or approval.status != "open":
        return
    attempt = change.state.tasks[approval.path].attempt
    data: JsonObject = {"approval_id": approval_id}
    change.place(Draft("approval.expired", approval.path, attempt, data, approval.call_id))
    if approval.call_id is None:
        error = error_of("approval_expired", f"Nobody answered {approval.path!r} in time.")
        change.place(
            Draft("task.failed", approval.path, attempt, {"kind": "approval", "error": error})
        )


FIRE = {
    "timeout": time_out,
    "wait": go_on,
    "lapse": lapse,
    "retry": try_again,
    "expire": expire,
}
"""By the kind of the timer; each takes the change and what stands behind the timer's key."""
