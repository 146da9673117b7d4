"""What a parent run and its child runs tell each other."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.engine import operate
from agentry.engine.change import Change, error_of
from agentry.engine.outcomes import failure
from agentry.engine.port import Message, NewMessage, RunRow
from agentry.journal.events import Draft
from agentry.journal.state import ENDED, RunState


def news_for_parent(row: RunRow, state: RunState, now: int) -> NewMessage | None:
    """Return how `state`, which may have ended, ends what its parent waits for."""
    if row.parent_run_id is None or row.parent_path is None or state.ended_at is None:
        return None
    payload: JsonObject = {
        "path": row.parent_path,
        "flow": row.flow,
        "status": state.status,
        "outputs": state.outputs,
        "error": state.error,
        "usage": state.totals.to_json(),
    }
    return NewMessage(row.parent_run_id, f"end:{row.run_id}", "end", row.run_id, payload, now)


def take_in(change: Change, message: Message) -> None:
    """Do what `message` says to this run; too late is no fault."""
    change.rows.batch.consumed.append(message.msg_id)
    if change.state.status in ENDED:
        return
    by = str(message.payload.get("by") or message.sender)
    match message.kind:
        case "end":
            _child_ended(change, message)
        case "cancel":
            operate.cancel(change, by, f"Its parent run {message.sender} stopped waiting for it.")
        case "pause":
            operate.pause(change, by, f"Its parent run {message.sender} was paused.")
        case "resume":
            operate.resume(change, by)
        case _:
            raise AssertionError(message.kind)


def _child_ended(change: Change, message: Message) -> None:
    said = message.payload
    path, child_id = str(said.get("path")), message.sender
    task = change.state.tasks.get(path)
    if task is None or task.status != "waiting" or task.awaits.get("child_run_id") != child_id:
        return
    usage = said.get("usage")
    used = usage if isinstance(usage, dict) else None
    if said.get("status") == "completed":
        data: JsonObject = {
            "kind": task.kind,
            "output": said.get("outputs"),
            "child_run_id": child_id,
        }
        change.place(Draft("task.completed", path, task.attempt, data, usage=used))
        return
    status = str(said.get("status"))
    cause = said.get("error")
    why = f": {cause.get('message')}" if isinstance(cause, dict) else "."
    words = status.replace("_", " ")
    error = error_of(
        f"child_{status}", f"Child run {child_id} of {said.get('flow')!r} {words}{why}"
    )
    draft = failure(change.state, change.index.task(path), task.attempt, error, change.now)
    data = {**draft.data, "child_run_id": child_id}
    change.place(Draft(draft.type, path, task.attempt, data, usage=used))
