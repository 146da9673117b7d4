"""Whoever changes a trace, and mends its chain afterwards, is found out where it shows first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from agentry import __version__
from agentry.base.json import JsonObject
from agentry.engine.verify import Verdict, verify
from agentry.journal.events import Event, from_line
from agentry.journal.trace_read import TraceReader
from tests.unit.engine.stories import story
from tests.unit.engine.traced import verdict_on, written
from tests.unit.journal.golden import FOLDER

Story = tuple[JsonObject, list[Event]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return story(tmp_path_factory.mktemp("story"))


def numbered(events: list[Event]) -> list[Event]:
    """Return the events with seqs as if nothing had been taken out or put in."""
    return [msgspec.structs.replace(event, seq=seq) for seq, event in enumerate(events, 1)]


def found(told: Story, events: list[Event]) -> Verdict:
    return verdict_on(told[0], numbered(events))


def boundaries(told: Story) -> set[int]:
    """Return the seqs after which the run stood still: each fact with all that follows from it."""
    header, events = told
    longest: dict[int, int] = {}
    for count in range(1, len(events) + 1):
        verdict = verdict_on(header, events[:count])
        if verdict.problem is None:
            longest[verdict.facts] = count
    return set(longest.values())


def test_a_run_that_happened_verifies(told: Story) -> None:
    verdict = verdict_on(*told)
    assert verdict.problem is None
    assert (verdict.status, verdict.events) == ("completed", len(told[1]))
    assert verdict.facts == 16


def test_every_prefix_ends_with_a_fact_and_all_that_follows_from_it(told: Story) -> None:
    header, events = told
    still = boundaries(told)
    assert len(still) == verdict_on(header, events).facts
    for count in set(range(1, len(events))) - still:
        problem, after = verdict_on(header, events[:count]).problem, events[count]
        if pure(after):
            continue
        assert problem is not None
        where = f" of {after.path!r}" if after.path else ""
        said = f"The trace stops after event {count}, where {after.type}{where} follows."
        assert (problem.message, problem.seq) == (said, count + 1)


def pure(event: Event) -> bool:
    """Return whether an event is one of a pure call.

    That is done where it is decided or left to a worker: both may happen, so that a change inside
    it may show as early as where it begins.
    """
    return event.type == "run.started" or event.path in ("seed", "rounds@1/one", "rounds@2/one")


def derived(told: Story) -> list[int]:
    """Return the places (from 0) of the events that follow from others."""
    begin = {0} | boundaries(told)
    return [place for place in range(len(told[1])) if place not in begin]


def test_a_derived_event_cannot_be_taken_out(told: Story) -> None:
    events = told[1]
    for place in derived(told):
        problem = found(told, [*events[:place], *events[place + 1 :]]).problem
        assert problem is not None, events[place]
        assert problem.seq == place + 1 or pure(events[place])


def test_no_event_can_come_twice(told: Story) -> None:
    events = told[1]
    for place, event in enumerate(events):
        twice = [*events[: place + 1], event, *events[place + 1 :]]
        assert found(told, twice).problem is not None, event


def test_a_derived_event_cannot_trade_places(told: Story) -> None:
    events = told[1]
    for place in derived(told):
        swapped = [*events[: place - 1], events[place], events[place - 1], *events[place + 1 :]]
        problem = found(told, swapped).problem
        assert problem is not None, events[place]
        assert problem.seq == place or pure(events[place])


def test_no_field_of_a_derived_event_can_be_changed(told: Story) -> None:
    events = told[1]
    for place in derived(told):
        event = events[place]
        forged = [
            msgspec.structs.replace(event, ts=event.ts + 1),
            msgspec.structs.replace(event, attempt=event.attempt + 1),
            msgspec.structs.replace(event, actor="mallory"),
            msgspec.structs.replace(event, path=f"{event.path}x"),
            *[
                msgspec.structs.replace(event, data={**event.data, key: "forged"})
                for key in (*event.data, "more")
            ],
        ]
        for change in forged:
            if event.type == "call.completed" and change.data.keys() & {"more", "duration_ms"}:
                continue  # what a call gave is a fact, though the call follows
            problem = found(told, [*events[:place], change, *events[place + 1 :]]).problem
            assert problem is not None, change
            assert problem.seq in (place + 1, place + 2)


Change = Callable[[Event], Event]


def data(**more: object) -> Change:
    return lambda event: msgspec.structs.replace(event, data={**event.data, **more})


def field(**more: Any) -> Change:
    return lambda event: msgspec.structs.replace(event, **more)


FORGED: dict[str, tuple[str, str, Change, str]] = {
    "an input": ("run.accepted", "", data(inputs={"go": False}), "'taken'|given"),
    "an answer": ("turn.replied", "draft", data(text="Bye"), "output that its work did not give"),
    "an output": ("task.completed", "draft", data(output="Bye"), "its work did not give"),
    "a tool's output": (
        "call.completed",
        "check/then/both/left",
        data(output="x"),
        "its work did not give",
    ),
    "a pure tool's output": ("call.completed", "seed", data(output=2), 'says output {"n":1}'),
    "a pure tool's arguments": ("call.completed", "seed", data(args={}), "another call"),
    "a call": (
        "call.started",
        "check/then/both/left",
        data(args={"command": "rm"}),
        "another call than was asked for",
    ),
    "a verdict": (
        "task.started",
        "check",
        data(given={"taken": "else", "value": False}),
        "says given",
    ),
    "an older fence": ("task.completed", "check/then/both/left", field(fence=1), "fence 1"),
    "a fence again": ("task.started", "check/then/both/left", field(fence=1), "fence"),
    "another attempt": ("call.started", "check/then/both/left", field(attempt=1), "attempt 1"),
    "a retry too many": (
        "task.retried",
        "check/then/both/left",
        data(due_at=0),
        "says due_at 0",
    ),
    "a time-out before its time": (
        "task.timed_out",
        "check/then/both/right",
        field(ts=1_790_000_002_000),
        "comes 8000 ms before its time",
    ),
    "a pause cut short": ("task.completed", "rest", field(ts=1_790_000_012_000), "before its time"),
    "a vote": ("approval.decided", "sure", data(by="ann"), "answered by ann"),
    "a no": ("approval.decided", "sure", data(decision="deny"), "task.failed of 'sure' follows"),
    "another flow": ("run.accepted", "", data(flow="other"), "another flow than the header"),
    "another revision": ("run.accepted", "", data(revision="r2"), "another revision"),
}


def place_of(events: list[Event], kind: str, path: str) -> int:
    places = [at for at, event in enumerate(events) if (event.type, event.path) == (kind, path)]
    return places[-1]


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_fact_does_not_lead_to_what_followed(told: Story, name: str) -> None:
    kind, path, change, said = FORGED[name]
    events = told[1]
    at = place_of(events, kind, path)
    verdict = found(told, [*events[:at], change(events[at]), *events[at + 1 :]])
    assert verdict.problem is not None
    assert verdict.problem.seq is not None
    assert verdict.problem.seq >= at + 1
    assert any(part in verdict.problem.message for part in said.split("|"))


LEFT_OUT = [
    ("run.accepted", ""),
    ("task.started", "draft"),
    ("turn.replied", "draft"),
    ("task.completed", "draft"),
    ("task.retried", "check/then/both/left"),
    ("task.timed_out", "check/then/both/right"),
    ("approval.voted", "sure"),
    ("approval.decided", "sure"),
    ("task.completed", "rest"),
]


@pytest.mark.parametrize(("kind", "path"), LEFT_OUT)
def test_a_fact_cannot_be_left_out(told: Story, kind: str, path: str) -> None:
    events = told[1]
    at = place_of(events, kind, path)
    verdict = found(told, [*events[:at], *events[at + 1 :]])
    assert verdict.problem is not None
    assert verdict.problem.seq is not None


def test_nothing_comes_after_the_end(told: Story) -> None:
    header, events = told
    late = msgspec.structs.replace(events[8], seq=len(events) + 1)
    problem = verdict_on(header, [*events, late]).problem
    assert problem is not None
    assert problem.message.endswith("comes after the run's end.")


def test_the_plan_decides_what_follows(told: Story) -> None:
    header, events = told
    plan: Any = msgspec.json.decode(msgspec.json.encode(header["plan"]))
    plan["root"]["children"][4]["given"]["wait_ms"] = 1
    problem = verdict_on({**header, "plan": plan}, events).problem
    assert problem is not None
    assert problem.message == (
        "Event 35 (task.waiting of 'rest') says wait_ms 60000, where 1 follows."
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"engine": 2}, "made by engine 2"),
        ({"plan": None}, "holds no plan"),
        ({"plan": {"v": 1}}, "plan in the trace cannot be read"),
        ({"tools": {"shell": "9.0.0"}}, "other tools than the plan"),
    ],
)
def test_a_header_that_does_not_fit_is_said(told: Story, more: JsonObject, said: str) -> None:
    problem = verdict_on({**told[0], **more}, told[1]).problem
    assert problem is not None
    assert said in problem.message


def test_an_empty_trace_proves_nothing(told: Story) -> None:
    problem = verdict_on(told[0], []).problem
    assert problem is not None
    assert problem.message == "The trace holds no event."


def test_a_changed_line_with_the_old_chain_is_found_at_the_end(told: Story) -> None:
    lines = written(*told)
    lines[9] = lines[9].replace(b'"provider":"scripted"', b'"provider":"nobody"')
    problem = verify(TraceReader(lines)).problem
    assert problem is not None
    assert "something in it was changed" in problem.message


def test_nothing_is_used_beyond_a_purse() -> None:
    [first, *rest] = (FOLDER / __version__ / "budgets-1.jsonl").read_text().splitlines()[:-1]
    header: Any = msgspec.json.decode(first)
    header["plan"]["budget"]["tool_calls"] = 1
    problem = verdict_on(header, [from_line(line) for line in rest]).problem
    assert problem is not None
    assert problem.seq == 10
    assert "was not allowed: The run may make 1 tool calls and has made 1." in problem.message
