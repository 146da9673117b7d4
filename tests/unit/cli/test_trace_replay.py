"""A replay shows the events in their order and at their pace, and runs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agentry.base.json import JsonObject
from agentry.cli.console import WrongUse
from agentry.cli.trace_open import Story, told
from agentry.cli.trace_replay import LONGEST_S, Pace, Wanted, play, replay
from agentry.journal.events import Draft, Event
from agentry.journal.trace import trace_lines
from agentry.journal.trace_read import BadTrace

HEADER: JsonObject = {"run_id": "run_1", "flow": "f", "title": "Finding"}
USED: JsonObject = {"input_tokens": 3, "output_tokens": 4, "cost_usd": 0.5}
EVENTS = [
    draft.placed("run_1", seq, ts)
    for seq, (ts, draft) in enumerate(
        [
            (1_000, Draft("run.accepted", data={"inputs": {}, "by": "ann"})),
            (1_500, Draft("run.started")),
            (1_500, Draft("task.started", "a", 1, {"kind": "agent"}, fence=1)),
            (2_500, Draft("turn.replied", "a", 1, {"turn": 1, "text": "Hi"}, usage=USED)),
            (3_500, Draft("task.completed", "a", 1, {"kind": "agent", "output": "Hi"})),
            (3_600_000, Draft("run.completed", data={"outputs": {"said": "Hi"}})),
        ],
        1,
    )
]


class Watcher:
    """Keeps what it sees."""

    def __init__(self) -> None:
        self.seen: list[tuple[object, object]] = []

    def see(self, event: JsonObject) -> None:
        self.seen.append((event["seq"], event["type"]))

    def pause(self) -> None: ...
    def go_on(self) -> None: ...
    def close(self) -> None: ...


def paced(speed: float) -> tuple[Pace, list[float]]:
    """Return a pace whose waits are noted and take no time."""
    waits: list[float] = []
    return Pace(speed, waits.append, lambda: sum(waits)), waits


def story(events: list[Event] = EVENTS) -> Story:
    return told(line.encode() for line in trace_lines(HEADER, events))


@pytest.mark.parametrize(("speed", "first"), [(1.0, 0.5), (10.0, 0.05)])
def test_events_come_as_far_apart_as_they_did(speed: float, first: float) -> None:
    pace, waits = paced(speed)
    watcher = Watcher()
    state = play(story(), watcher, pace)
    assert [seq for seq, _ in watcher.seen] == [1, 2, 3, 4, 5, 6]
    assert waits == [first, first * 2, first * 2, LONGEST_S]
    assert (state.status, state.outputs) == ("completed", {"said": "Hi"})


def test_at_once_waits_for_nothing_and_its_clock_stands() -> None:
    pace, waits = paced(0.0)
    play(story(), Watcher(), pace)
    assert waits == []
    assert pace.now_ms() == 3_600_000


def test_between_two_events_the_clock_goes_on() -> None:
    moments = iter([10.0, 10.5])
    pace = Pace(4.0, lambda _: None, lambda: next(moments))
    pace.come_to(1_000)
    assert pace.now_ms() == 1_000 + 2_000


def test_a_replay_stops_where_it_is_told_to() -> None:
    watcher = Watcher()
    state = play(story(), watcher, Pace(0.0), until=3)
    assert len(watcher.seen) == 3
    assert state.tasks["a"].status == "running"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes], str]:
    def write(content: str | bytes) -> str:
        path = tmp_path / "trace.jsonl"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


Write = Callable[[str | bytes], str]


def wanted(trace: str, until: int | None = None, *, state: bool = False) -> Wanted:
    return Wanted(trace, 1.0, instant=True, until=until, state=state)


def test_the_end_is_reported_as_that_of_a_run(
    file: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert replay(wanted(file("".join(trace_lines(HEADER, EVENTS))))) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "Finding: completed in 3598.5 s, 7 tokens, $0.5000 (run_1)",
        "said: Hi",
    ]
    assert "a" in said.err


def test_a_run_that_failed_says_why(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    error: JsonObject = {"path": "a", "code": "x", "message": "It broke."}
    ended = Draft("run.failed", data={"error": error}).placed("run_1", 6, 4_000)
    assert replay(wanted(file("".join(trace_lines(HEADER, [*EVENTS[:5], ended]))))) == 0
    assert "The run run_1 failed in task 'a': It broke." in capsys.readouterr().err


def test_the_state_at_an_event_is_json(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    trace = file("".join(trace_lines(HEADER, EVENTS)))
    assert replay(wanted(trace, 4, state=True)) == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["last_seq"], state["status"]) == (4, "running")
    assert state["tasks"]["a"]["turns"]["1"]["text"] == "Hi"
    assert state["totals"]["input_tokens"] == 3


def test_an_event_that_is_not_there_is_said(file: Write) -> None:
    trace = file("".join(trace_lines(HEADER, EVENTS)))
    for state in (True, False):
        with pytest.raises(WrongUse, match="has 6 events, so none is event 9"):
            replay(wanted(trace, 9, state=state))


def test_an_old_trace_is_shown_and_its_bad_lines_are_named(
    file: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    old = '{"type":"step_start","data":{"Content":"Hm"}}\nbroken\n{"type":"final","data":"Done"}\n'
    assert replay(wanted(file(old))) == 0
    said = capsys.readouterr()
    assert "agent: Done" in said.out
    assert "Line 2 is no JSON; it is left out." in said.err


def test_an_empty_file_is_an_empty_replay(file: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(wanted(file(b""))) == 0
    assert "nothing happened" in capsys.readouterr().err


@pytest.mark.parametrize(
    "forged",
    [
        Draft("turn.replied", "nowhere", 1, {"turn": 1}),
        Draft("approval.decided", "a", 1, {"approval_id": "apr_1"}),
        Draft("task.started", "b@1", 1, {"kind": "iteration"}),
    ],
)
def test_an_event_that_fits_nowhere_is_one_sentence(file: Write, forged: Draft) -> None:
    trace = file("".join(trace_lines(HEADER, [*EVENTS[:3], forged.placed("run_1", 4, 9)])))
    with pytest.raises(BadTrace, match=r"^Event 4 \(.*\) does not fit what came before it\.$"):
        replay(wanted(trace))
