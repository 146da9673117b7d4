"""How tasks end, and what their ends mean to the list they stand in."""

from __future__ import annotations

import hashlib

from agentry.base.json import Json, JsonObject
from agentry.engine.plan import PlanIndex, PlanTask
from agentry.journal.events import Draft
from agentry.journal.state import SETTLED, RunState

BAD = frozenset({"failed", "timed_out", "cancelled"})
EXPIRED = frozenset({"approval_expired", "message_expired"})
NEVER_RETRIED = frozenset(
    {
        "approval_denied",
        "bad_args",
        "bad_inputs",
        "budget_exceeded",
        "expression_failed",
        "policy_denied",
        "unknown_tool",
    }
)
MOST_JITTER = 0.2


def rescue_of(state: RunState, task: PlanTask) -> PlanTask | None:
    """Return the list that runs because `task` failed, or None where none does."""
    found = state.tasks.get(task.path)
    if found is None or found.status not in ("failed", "timed_out"):
        return None
    if task.on_expire is not None and (found.error or {}).get("code") in EXPIRED:
        return task.on_expire
    return task.rescue


def settled(state: RunState, task: PlanTask) -> bool:
    """Return whether nothing more will come of `task`, its rescue included."""
    found = state.tasks.get(task.path)
    if found is None or found.status not in SETTLED:
        return False
    if task.rescue is None and task.on_expire is None:
        return True
    rescue = rescue_of(state, task)
    return rescue is None or settled(state, rescue)


def ended_badly(state: RunState, task: PlanTask) -> bool:
    """Return whether `task` ended in a way that its list must not go on from."""
    found = state.tasks.get(task.path)
    if found is None or found.status not in BAD or task.on_error == "continue":
        return False
    rescue = rescue_of(state, task)
    return rescue is None or ended_badly(state, rescue)


def failure(state: RunState, task: PlanTask, attempt: int, error: JsonObject, now: int) -> Draft:
    """Return what a failed attempt becomes: another attempt later, or the task's outcome."""
    retry = task.retry
    code = error.get("code")
    # What may have had its effect is done again only where the flow says so in so many words.
    unasked = code == "in_doubt" or not (retry is None or not retry.on)
    meant = retry is not None and (not unasked or code in retry.on)
    if retry is None or not meant or attempt >= retry.attempts or code in NEVER_RETRIED:
        return Draft("task.failed", task.path, attempt, {"kind": task.kind, "error": error})
    delay = retry.delay_ms * retry.backoff ** (attempt - 1) * _jitter(state, task, attempt)
    due_at = now + int(min(delay, retry.max_delay_ms))
    return Draft(
        "task.retried",
        task.path,
        attempt,
        {"error": error, "next_attempt": attempt + 1, "due_at": due_at},
    )


def _jitter(state: RunState, task: PlanTask, attempt: int) -> float:
    """Return 1 to 1.2, another for each attempt of each run.

    So that a thousand runs do not come back to a service that was down all at once. It follows from
    the names alone: a replay says the same.
    """
    seed = hashlib.sha256(f"{state.run_id}\n{task.path}\n{attempt}".encode()).digest()
    return 1 + MOST_JITTER * int.from_bytes(seed[:4], "big") / 2**32


def cancel_below(index: PlanIndex, state: RunState, task: PlanTask) -> list[Draft]:
    """Cancel what is open below `task`, children before parents."""
    drafts: list[Draft] = []
    for child in _below(index, state, task):
        found = state.tasks.get(child.path)
        if found is None or found.status in SETTLED:
            continue
        drafts += cancel_below(index, state, child)
        drafts += [
            Draft(
                "approval.cancelled",
                child.path,
                found.attempt,
                {"approval_id": approval.approval_id},
                approval.call_id,
            )
            for approval in state.approvals.values()
            if approval.path == child.path and approval.status == "open"
        ]
        drafts.append(Draft("task.cancelled", child.path, found.attempt, {"kind": child.kind}))
    return drafts


def _below(index: PlanIndex, state: RunState, task: PlanTask) -> list[PlanTask]:
    if task.loop is not None:
        begun = state.tasks[task.path].iterations if task.path in state.tasks else 0
        return [index.task(f"{task.path}@{number}") for number in range(1, begun + 1)]
    lists = [rescue for c in task.children for rescue in (c.rescue, c.on_expire) if rescue]
    return [*task.children, *lists]


def completed(task: PlanTask, output: Json, *, pinned: bool = False) -> Draft:
    """Return the good end of a container, or of a task whose output is `pinned`."""
    data: JsonObject = {"kind": task.kind, "output": output}
    if pinned:
        data["pinned"] = True
    return Draft("task.completed", task.path, 1, data)


def failed(state: RunState, task: PlanTask, child: PlanTask) -> Draft:
    """Return a container's bad end, for the reason `child` has."""
    rescue = rescue_of(state, child)
    if rescue is not None and rescue.path in state.tasks:
        child = rescue
    found = state.tasks[child.path]
    cause = found.error or {
        "code": found.status,
        "message": f"Task {child.path!r} was {found.status.replace('_', ' ')}.",
    }
    return failed_as(task, {"path": child.path, **cause})


def failed_as(task: PlanTask, error: JsonObject) -> Draft:
    """Return a bad end with this error; the root's is the run's."""
    if task.path == "":
        return Draft("run.failed", data={"error": error})
    return Draft("task.failed", task.path, 1, {"kind": task.kind, "error": error})


def skipped(task: PlanTask, reason: str) -> Draft:
    """Return the end of a task that never began: `disabled`, `condition`, `needs`, …"""
    return Draft("task.skipped", task.path, 1, {"kind": task.kind, "reason": reason})
