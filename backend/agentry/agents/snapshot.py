"""What an agent knew at an event: its messages, its calls, what it used, what it kept beside them.

The events are the truth: a snapshot is what they add up to at one place, kept so that nobody has to
add them up again. A snapshot with the events after it is what all events together are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from agentry.base.json import Json, JsonObject
from agentry.journal.events import Event
from agentry.journal.fold import fold
from agentry.journal.state import CallState, RunState, TaskState, Totals

SCHEMA_V = 1


def snapshot_of(task: TaskState) -> JsonObject:
    """Return the state of the agent that works on `task`, as it is stored."""
    turns: list[Json] = [task.turns[number] for number in sorted(task.turns)]
    calls: list[Json] = [
        {
            "call_id": call.call_id,
            "tool": call.tool,
            "args": call.args,
            "status": call.status,
            "starts": call.starts,
            "result": call.result,
        }
        for call in task.calls.values()
    ]
    used = task.used
    return {
        "v": SCHEMA_V,
        "path": task.path,
        "kind": task.kind,
        "attempt": task.attempt,
        "given": task.given,
        "turns": turns,
        "calls": calls,
        "usage": None if used is None else _usage(used),
        "data": task.kept,
    }


def restored(snapshot: JsonObject) -> TaskState:
    """Return the task that `snapshot_of` read; raise `ValueError` for another form of it."""
    if snapshot.get("v") != SCHEMA_V:
        raise ValueError(f"a snapshot of version {snapshot.get('v')!r}")
    attempt = cast(int, snapshot["attempt"])
    task = TaskState(str(snapshot["path"]), str(snapshot["kind"]), "running", attempt)
    task.given = _object(snapshot["given"])
    task.kept = _object(snapshot["data"])
    for turn in _objects(snapshot["turns"]):
        task.turns[cast(int, turn["turn"])] = turn
    for call in _objects(snapshot["calls"]):
        task.calls[str(call["call_id"])] = CallState(
            str(call["call_id"]),
            str(call["tool"]),
            _object(call["args"]),
            str(call["status"]),
            _object(call["result"]),
            cast(int, call["starts"]),
        )
    if snapshot["usage"] is not None:
        task.used = Totals(**cast("dict[str, Any]", snapshot["usage"]))
    return task


def continued(snapshot: JsonObject, events: Iterable[Event]) -> JsonObject:
    """Return the snapshot that `snapshot` and the later `events` of its run add up to."""
    task = restored(snapshot)
    state = RunState("")
    state.tasks[task.path] = task
    for event in events:
        if event.path == task.path and event.type.partition(".")[0] != "approval":
            fold(state, event)
    return snapshot_of(task)


def shown(snapshot: JsonObject) -> JsonObject:
    """Return the snapshot as people and agents read it: with the conversation as messages."""
    given = _object(snapshot.get("given"))
    calls = {str(call["call_id"]): call for call in _objects(snapshot.get("calls"))}
    messages: list[Json] = []
    if given.get("input") is not None:
        messages.append({"role": "user", "content": given["input"]})
    turns = _objects(snapshot.get("turns"))
    for turn in turns:
        wanted = _objects(turn.get("calls"))
        said: JsonObject = {"role": "assistant", "content": turn.get("text"), "calls": [*wanted]}
        messages.append(said)
        messages += [
            _answer(calls[str(call["call_id"])]) for call in wanted if call["call_id"] in calls
        ]
    return {
        "path": snapshot.get("path"),
        "attempt": snapshot.get("attempt"),
        "turns": len(turns),
        "messages": messages,
        "usage": snapshot.get("usage"),
        "data": snapshot.get("data"),
    }


def _answer(call: JsonObject) -> JsonObject:
    result = _object(call["result"])
    content = result.get("output") if result.get("error") is None else result.get("error")
    return {
        "role": "tool",
        "call_id": call["call_id"],
        "tool": call["tool"],
        "status": call["status"],
        "content": content,
    }


def _usage(used: Totals) -> JsonObject:
    return {
        "input_tokens": used.input_tokens,
        "output_tokens": used.output_tokens,
        "cached_tokens": used.cached_tokens,
        "cost_usd": used.cost_usd,
        "replies": used.replies,
        "unknown_cost": used.unknown_cost,
        "estimated": used.estimated,
    }


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
