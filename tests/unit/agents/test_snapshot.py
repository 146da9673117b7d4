"""A snapshot is what the events up to it add up to, and goes on as they do."""

from __future__ import annotations

import random

import pytest

from agentry.agents.snapshot import continued, restored, shown, snapshot_of
from agentry.base.json import Json, JsonObject, decode, encode
from agentry.journal.events import Draft, Event, EventType
from agentry.journal.fold import fold_all

PATH = "lanes/write"
USAGE: JsonObject = {"input_tokens": 7, "output_tokens": 3, "cost_usd": 0.25, "estimated": True}


def story(seed: int) -> list[Event]:
    """Return a run in which one agent takes turns, makes calls, saves, crashes and is retried."""
    chance, drafts = random.Random(seed), [Draft("run.accepted"), Draft("run.started")]
    begun: JsonObject = {"kind": "agent"}
    for path in (PATH, "lanes/other"):
        given: JsonObject = {"input": f"write {path}"}
        drafts += [
            Draft("task.scheduled", path, data={**begun, "given": given}),
            Draft("task.started", path, data=begun, fence=1),
        ]
    attempt, fence, turn = 1, 1, 0
    for _ in range(chance.randint(5, 30)):
        if chance.random() < 0.15:
            fence += 1
            drafts.append(Draft("task.started", PATH, attempt, begun, fence=fence))
        elif chance.random() < 0.1:
            error: JsonObject = {"error": {"code": "x", "message": "X."}}
            drafts.append(Draft("task.retried", PATH, attempt, error))
            attempt, turn = attempt + 1, 0
            drafts.append(Draft("task.started", PATH, attempt, begun, fence=fence))
        else:
            turn += 1
            drafts += turns_and_calls(chance, attempt, turn)
    return [draft.placed("run_1", seq, 1000 + seq) for seq, draft in enumerate(drafts, 1)]


def turns_and_calls(chance: random.Random, attempt: int, turn: int) -> list[Draft]:
    key = f"{PATH}#{attempt}/turn-{turn}/call-0"
    calls: list[Json] = [{"call_id": key, "tool": "save_state", "args": {"n": turn}}]
    said: JsonObject = {"turn": turn, "text": f"turn {turn}", "calls": calls}
    ends: tuple[EventType, ...] = ("call.completed", "call.failed", "call.denied")
    ended: JsonObject = {"tool": "save_state", "output": turn}
    kept: JsonObject = {chance.choice("abc"): {"content": str(turn), "bytes": 1}}
    drafts = [
        Draft("turn.started", PATH, attempt, {"turn": turn}),
        Draft("turn.replied", PATH, attempt, said, usage=USAGE),
        Draft("call.started", PATH, attempt, {"tool": "save_state", "args": {"n": turn}}, key),
        Draft("state.saved", PATH, attempt, {"label": "l", "data": kept}, key),
        Draft(chance.choice(ends), PATH, attempt, ended, key),
        Draft("turn.replied", "lanes/other", data={"turn": turn, "text": "t"}, usage=USAGE),
    ]
    return drafts[: chance.randint(2, len(drafts))]


@pytest.mark.parametrize("seed", range(25))
def test_a_snapshot_and_what_follows_are_what_all_events_are(seed: int) -> None:
    events = story(seed)
    whole = snapshot_of(fold_all("run_1", events).tasks[PATH])
    for cut in range(6, len(events) + 1):
        stored = decode(encode(snapshot_of(fold_all("run_1", events[:cut]).tasks[PATH])))
        assert isinstance(stored, dict)
        assert encode(continued(stored, events[cut:])) == encode(whole), f"cut after event {cut}"


def test_a_snapshot_of_another_version_is_not_read() -> None:
    state = snapshot_of(fold_all("run_1", story(1)).tasks[PATH])
    with pytest.raises(ValueError, match="version 2"):
        restored({**state, "v": 2})


def test_it_is_shown_as_a_conversation() -> None:
    key = f"{PATH}#1/turn-1/call-0"
    drafts = [
        Draft("task.scheduled", PATH, data={"kind": "agent", "given": {"input": "go"}}),
        Draft(
            "turn.replied",
            PATH,
            data={
                "turn": 1,
                "text": "",
                "calls": [{"call_id": key, "tool": "echo", "args": {"n": 1}}],
            },
            usage=USAGE,
        ),
        Draft("call.completed", PATH, data={"tool": "echo", "output": {"n": 1}}, call_id=key),
        Draft("turn.replied", PATH, data={"turn": 2, "text": "done", "calls": []}, usage=USAGE),
    ]
    events = [draft.placed("run_1", seq, seq) for seq, draft in enumerate(drafts, 1)]
    told = shown(snapshot_of(fold_all("run_1", events).tasks[PATH]))
    assert told["turns"] == 2
    messages = told["messages"]
    assert isinstance(messages, list)
    said = [(item["role"], item["content"]) for item in messages if isinstance(item, dict)]
    assert said == [("user", "go"), ("assistant", ""), ("tool", {"n": 1}), ("assistant", "done")]
