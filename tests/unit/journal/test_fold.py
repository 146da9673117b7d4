"""Events add up to the same state everywhere."""

from __future__ import annotations

import pytest

from agentry.base.json import JsonObject
from agentry.journal.events import EVENT_TYPES, Draft, Event, EventType, from_line, to_line
from agentry.journal.fold import fold_all

USAGE: JsonObject = {
    "input_tokens": 10,
    "output_tokens": 5,
    "cached_tokens": 2,
    "cost_usd": 0.5,
    "estimated": False,
}


def story(*drafts: Draft) -> list[Event]:
    return [draft.placed("run_1", seq, seq * 1000) for seq, draft in enumerate(drafts, 1)]


def draft(type_: EventType, path: str = "a", call: str | None = None, **data: object) -> Draft:
    return Draft(type_, path, 1, dict(data), call)  # pyright: ignore[reportArgumentType]  # JSON only


BEGIN = (
    draft("run.accepted", "", inputs={"x": 1}, env={}),
    draft("task.scheduled", kind="agent", given={"input": "do"}),
    draft("run.started", ""),
    Draft("task.started", "a", 1, {"kind": "agent"}, fence=1),
)


def test_a_run_begins_with_what_it_was_given() -> None:
    state = fold_all("run_1", story(*BEGIN))
    assert (state.status, state.inputs, state.last_seq) == ("running", {"x": 1}, 4)
    assert (state.tasks["a"].status, state.tasks["a"].fence) == ("running", 1)
    assert state.tasks["a"].given == {"input": "do"}


def test_usage_adds_up_and_an_unknown_cost_makes_the_sum_unknown() -> None:
    known = Draft("turn.replied", "a", 1, {"turn": 1, "text": "hm"}, usage=USAGE)
    unknown = Draft("turn.replied", "a", 1, {"turn": 2}, usage={**USAGE, "cost_usd": None})
    state = fold_all("run_1", story(*BEGIN, known))
    assert state.totals.to_json()["cost_usd"] == 0.5
    state = fold_all("run_1", story(*BEGIN, known, unknown))
    assert state.totals.to_json() == {
        "input_tokens": 20,
        "output_tokens": 10,
        "cached_tokens": 4,
        "cost_usd": None,
        "estimated": False,
    }


@pytest.mark.parametrize(
    ("ending", "status"),
    [("call.completed", "completed"), ("call.failed", "failed"), ("call.denied", "denied")],
)
def test_a_call_ends_once_and_keeps_its_result(ending: EventType, status: str) -> None:
    started = draft("call.started", "a", "a#1/call-0", tool="echo", args={"x": 1})
    ended = draft(ending, "a", "a#1/call-0", tool="echo", output={"x": 1})
    call = fold_all("run_1", story(*BEGIN, started, ended)).tasks["a"].calls["a#1/call-0"]
    assert (call.status, call.args, call.result["output"]) == (status, {"x": 1}, {"x": 1})


def test_a_new_attempt_starts_without_the_turns_of_the_old_one() -> None:
    turn = Draft("turn.replied", "a", 1, {"turn": 1}, usage=USAGE)
    retried = draft("task.retried", error={"code": "x", "message": "y"})
    task = fold_all("run_1", story(*BEGIN, turn, retried)).tasks["a"]
    assert (task.status, task.attempt, task.turns) == ("ready", 2, {})


def test_an_answer_to_a_call_makes_its_task_ready_again() -> None:
    asked = draft("approval.asked", "a", "a#1/call-0", approval_id="apr_1")
    waiting = draft("task.waiting")
    state = fold_all("run_1", story(*BEGIN, asked, waiting))
    assert (state.tasks["a"].status, state.approvals_open) == ("waiting", 1)
    decided = draft("approval.decided", "a", "a#1/call-0", approval_id="apr_1", decision="deny")
    state = fold_all("run_1", story(*BEGIN, asked, waiting, decided))
    assert (state.tasks["a"].status, state.approvals["apr_1"].status) == ("ready", "denied")


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_event_type_folds(kind: EventType) -> None:
    data: dict[str, object] = {"approval_id": "apr_1", "turn": 1}
    asked = draft("approval.asked", "a", None, approval_id="apr_1")
    path = "" if kind.startswith("run.") else "a"
    state = fold_all("run_1", story(*BEGIN, asked, draft(kind, path, "c", **data)))
    assert state.last_seq == 6


def test_an_event_survives_its_line() -> None:
    for event in story(*BEGIN, Draft("turn.replied", "a", 1, {"text": "ü\n"}, usage=USAGE)):
        assert from_line(to_line(event)) == event
        assert b"\n" not in to_line(event)


def test_a_line_with_an_unknown_type_is_refused() -> None:
    line = to_line(story(*BEGIN)[0]).replace(b"run.accepted", b"run.invented")
    with pytest.raises(ValueError, match=r"run\.invented"):
        from_line(line)
