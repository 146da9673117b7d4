"""Traces of the older form become events of today; bad lines are named and left out."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from agentry.journal.fold import fold_all
from agentry.journal.old_lines import OldLine, arguments, old_lines
from agentry.journal.old_trace import Converted, convert, looks_old
from agentry.journal.trace import trace_lines

AGENT = "3f2b8c1a-0000-4000-8000-000000000001"
ARGS = base64.b64encode(b'{"path":"README.md"}').decode()


def line(kind: str, data: object = None, agent: str = AGENT, second: int = 0) -> dict[str, object]:
    return {
        "ts": f"2025-06-01T12:00:{second:02}.123456789Z",
        "type": kind,
        "agent_id": agent,
        "data": data,
    }


STORY = [
    line("model_start", "gpt-4o"),
    line(
        "step_start",
        {
            "Content": "I look.",
            "ToolCalls": [{"ID": "c1", "Name": "view", "Arguments": ARGS}],
            "InputTokens": 12,
            "OutputTokens": 3,
            "ModelName": "openai/gpt-4o",
        },
        second=1,
    ),
    line("tool_start", {"name": "view", "args": {"path": "README.md"}}, second=2),
    line("tool_end", {"name": "view", "result": "# Hi"}, second=3),
    line("token", "It "),
    line("step_start", {"Content": "It says hi.", "ToolCalls": None}, second=4),
    line("final", "It says hi.", second=5),
]


def told(*lines: object) -> Converted:
    return convert("\n".join(json.dumps(item) for item in lines).encode())


def state_of(converted: Converted) -> Any:
    return fold_all(str(converted.header["run_id"]), converted.events)


def test_a_story_is_told_as_a_task_with_turns_and_calls() -> None:
    found = told(*STORY)
    state = state_of(found)
    task = state.tasks["agent-3f2b8c1a"]
    assert found.skipped == []
    assert (state.status, task.status, task.output) == ("completed", "completed", "It says hi.")
    assert task.turns[1]["text"] == "I look."
    assert task.turns[1]["model"] == "openai/gpt-4o"
    [call] = task.calls.values()
    assert (call.tool, call.args, call.status) == ("view", {"path": "README.md"}, "completed")
    assert call.result["output"] == "# Hi"
    assert (state.totals.input_tokens, state.totals.output_tokens) == (12, 3)
    assert state.ended_at - state.created_at == 5000
    assert [event.seq for event in found.events] == list(range(1, len(found.events) + 1))


def test_the_same_file_gives_the_same_trace() -> None:
    lines = [list(trace_lines(found.header, found.events)) for found in (told(*STORY),) * 2]
    assert lines[0] == lines[1]
    assert told(*STORY).header["run_id"] != told(*STORY[1:]).header["run_id"]


def test_lines_without_time_or_agent_are_told_all_the_same() -> None:
    bare = [{"type": item["type"], "data": item["data"]} for item in STORY]
    state = state_of(told(*bare))
    assert (state.status, list(state.tasks)) == ("completed", ["agent"])


def test_keys_may_be_capitalised() -> None:
    loud = [
        {"Timestamp": i["ts"], "Type": i["type"], "AgentID": i["agent_id"], "Data": i["data"]}
        for i in STORY
    ]
    assert [e.type for e in told(*loud).events] == [e.type for e in told(*STORY).events]


def test_several_values_may_stand_on_a_line() -> None:
    text = "".join(json.dumps(item) for item in STORY)
    assert [e.type for e in convert(text.encode()).events] == [e.type for e in told(*STORY).events]


def test_a_stream_saved_as_it_came_is_read() -> None:
    text = "".join(f"data: {json.dumps(item)}\n\n" for item in STORY)
    found = convert(text.encode())
    assert found.skipped == []
    assert state_of(found).status == "completed"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_empty_story(content: bytes) -> None:
    found = convert(content)
    assert (found.events, found.skipped) == ([], [])


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"not json", "Line 2 is no JSON"),
        (b'{"type": "final"', "Line 2 is no JSON"),
        (b"[1]", "Line 2 is no object"),
        (b"{}", "Line 2 has no type"),
        (b"\xff", "Line 2 is no UTF-8"),
        (b'{"type":"dance"}', "Line 2 is of the unknown type 'dance'"),
        (b'{"type":"final","data":NaN}', "Line 2 is no JSON"),
        (b'{"a":' * 5000, "Line 2 is no JSON"),
        (b'{"type":"final","data":"\\ud800"}', "Line 2 is no JSON"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_told(bad: bytes, said: str) -> None:
    good = [json.dumps(item).encode() for item in STORY]
    found = convert(b"\n".join([good[0], bad, *good[1:]]))
    assert len(found.skipped) == 1
    assert found.skipped[0].startswith(said)
    assert state_of(found).status == "completed"


def test_an_agent_that_gave_up_failed_and_one_without_an_end_goes_on() -> None:
    state = state_of(told(line("model_start", "m"), line("yield")))
    assert (state.status, state.error["code"]) == ("failed", "max_turns_reached")
    state = state_of(told(*STORY[:3]))
    assert (state.status, state.tasks["agent-3f2b8c1a"].status) == ("running", "running")


def test_an_agent_that_begins_again_is_another_task() -> None:
    state = state_of(told(*STORY, *STORY, line("final", "x", agent="Bob the 2nd")))
    assert list(state.tasks) == ["agent-3f2b8c1a", "agent-3f2b8c1a-2", "agent-Bob-the"]


def test_results_without_a_start_and_calls_nobody_planned_are_calls() -> None:
    state = state_of(told(line("tool_end", {"name": "ls", "result": "a"}), line("tool_end", "x")))
    calls = list(state.tasks["agent-3f2b8c1a"].calls.values())
    assert [(call.tool, call.result["output"]) for call in calls] == [("ls", "a"), ("", "x")]


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [(1748779200, 1748779200), (1748779200000, 1748779200), ("2025-06-01T14:00:00+02:00", None)],
)
def test_times_are_read_in_the_forms_they_were_written(stamp: object, seconds: int | None) -> None:
    [(_, found)] = old_lines(json.dumps({"type": "final", "ts": stamp}).encode())
    assert isinstance(found, OldLine)
    assert found.ts == (seconds or 1748779200) * 1000


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00:00Z", "yesterday", None, True])
def test_a_time_that_was_never_set_is_none(stamp: object) -> None:
    [(_, found)] = old_lines(json.dumps({"type": "final", "ts": stamp}).encode())
    assert isinstance(found, OldLine)
    assert found.ts is None


@pytest.mark.parametrize(
    ("given", "args"),
    [
        ({"a": 1}, {"a": 1}),
        ('{"a": 1}', {"a": 1}),
        (ARGS, {"path": "README.md"}),
        ("", {}),
        (None, {}),
        ("ls -l", {"raw": "ls -l"}),
        ("MTIz", {"raw": "MTIz"}),
    ],
)
def test_arguments_are_read_as_they_were_written(given: Any, args: object) -> None:
    assert arguments(given) == args


def test_todays_traces_are_not_taken_for_old_ones() -> None:
    assert not looks_old(next(trace_lines({}, [])).encode())
    assert looks_old(json.dumps(STORY[0]).encode())
