"""What a person, or another run, tells a run while it goes on, as facts."""

from __future__ import annotations

from collections.abc import Sequence

from agentry.base.json import Json, JsonObject
from agentry.engine.change import Change
from agentry.engine.errors import MailboxFull, NotHeld, RunEnded, UnknownPlace
from agentry.engine.trial import plain
from agentry.journal.events import Draft
from agentry.journal.state import ENDED

MOST_MESSAGES = 1000
"""How many messages a run keeps that no task has waited for yet."""


def cancel(change: Change, by: str, reason: str) -> None:
    """Stop the run and everything below it; raise `RunEnded`."""
    _going_on(change)
    if change.state.cancel is None:
        data: JsonObject = {"by": by, "reason": reason}
        change.place(Draft("run.cancel_requested", data=data, actor=by))


def pause(change: Change, by: str, reason: str) -> None:
    """Let the run begin nothing new; what is under way ends its work. Twice is once."""
    _going_on(change)
    if not change.state.paused:
        data: JsonObject = {"by": by, "reason": reason}
        change.place(Draft("run.paused", data=data, actor=by))


def resume(change: Change, by: str) -> None:
    """Let a paused run go on; nothing happens to one that does."""
    _going_on(change)
    if change.state.paused:
        change.place(Draft("run.resumed", data={"by": by}, actor=by))


def receive(change: Change, name: str, payload: Json, msg_id: str, by: str) -> bool:
    """Take in a message; return False where the same `msg_id` has come before."""
    if msg_id in change.state.received:
        return False
    _going_on(change)
    if len(change.state.messages) >= MOST_MESSAGES:
        raise MailboxFull(change.state.run_id, MOST_MESSAGES)
    data: JsonObject = {"name": name, "payload": payload, "msg_id": msg_id, "by": by}
    change.place(Draft("message.received", data=data, actor=by))
    return True


def set_breakpoints(change: Change, paths: Sequence[str], by: str) -> None:
    """Hold the tasks at `paths` before they begin, from now on; raise `UnknownPlace`."""
    _going_on(change)
    known = change.index.paths()
    for path in paths:
        if plain(path) not in known:
            raise UnknownPlace(change.state.run_id, path)
    wanted: list[Json] = list(dict.fromkeys(plain(path) for path in paths))
    change.place(Draft("breakpoints.set", data={"paths": wanted, "by": by}, actor=by))


def release(change: Change, path: str, *, step: bool, given: JsonObject | None, by: str) -> None:
    """Let a held task begin, with another input where `given` has one; `step` holds the next."""
    _held(change, path)
    data: JsonObject = {"by": by, "step": step}
    if given is not None:
        data["given"] = given
    change.place(Draft("task.released", path, 1, data, actor=by))


def skip(change: Change, path: str, by: str, output: Json) -> None:
    """End a held task without running it; those after it see `output`."""
    kind = _held(change, path)
    data: JsonObject = {"kind": kind, "output": output, "pinned": True, "by": by}
    change.place(Draft("task.completed", path, 1, data, actor=by))


def _held(change: Change, path: str) -> str:
    _going_on(change)
    task = change.state.tasks.get(path)
    if task is None or task.status != "held":
        raise NotHeld(change.state.run_id, path)
    return task.kind


def _going_on(change: Change) -> None:
    if change.state.status in ENDED:
        raise RunEnded(change.state.run_id, change.state.status)
