"""How long a task has worked: time-outs count active time, not the time that people take."""

from __future__ import annotations

from agentry.engine.plan import PlanIndex
from agentry.journal.state import RunState


def times_out_at(index: PlanIndex, state: RunState, path: str, now: int) -> int | None:
    """Return when the task at `path` has used up its time-out, in ms UTC.

    None where it has none, or while its time stands still: a person is asked inside it.
    """
    timeout = index.task(path).timeout_ms
    task = state.tasks.get(path)
    if timeout is None or task is None or task.active_since is None:
        return None
    waited = _waited(state, path, task.active_since, now)
    if waited is None:
        return None
    return task.active_since + timeout - task.active_ms + waited


def timed_around(index: PlanIndex, state: RunState, path: str) -> list[str]:
    """Return the containers around `path` that are under way and have a time-out."""
    found: list[str] = []
    for container in index.lineage(path):
        task = state.tasks.get(container)
        if task is not None and task.status == "running" and index.task(container).timeout_ms:
            found.append(container)
    return found


def _waited(state: RunState, path: str, since: int, now: int) -> int | None:
    """Return for how many ms since `since` people were asked inside `path`; None = now as well."""
    spans: list[tuple[int, int]] = []
    for approval in state.approvals.values():
        if not approval.path.startswith((f"{path}/", f"{path}@")):
            continue
        if approval.status == "open":
            return None
        ended = now if approval.ended_at is None else approval.ended_at
        spans.append((max(approval.asked_at, since), ended))
    total, seen = 0, since
    for start, end in sorted(spans):
        total += max(0, end - max(start, seen))
        seen = max(seen, end)
    return total
