"""T13: whatever a tool says of itself, wherever its worker dies, its effects are as promised."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from agentry.sandbox.performer import SandboxPerformer
from agentry.tools.builtin import builtin_registry
from agentry.tools.manifest import OnInDoubt, Repeat
from agentry.tools.registry import Registry
from tests.integration.effects.outside import POINTS, REPEATS, Outside, Point, tool
from tests.integration.effects.stage import ASK, Stage
from tests.unit.engine.lab import Lab

WAS_DECIDED = "type = 'approval.decided'"
CHOICES: tuple[OnInDoubt | None, ...] = (None, "retry", "ask", "fail")


@dataclass(frozen=True)
class Told:
    """What is seen outside and in the journal: how often the call was begun, how often the outside
    was asked, how the run ended, and what was decided about the doubt."""

    starts: int
    requests: int
    status: str
    then: str


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    broken = made.broken()
    made.close()
    assert broken == []


async def played(stage: Stage, point: Point, answer: str, *, attended: bool = True) -> Told:
    stage.outside.crash = point
    run = await stage.start(attended=attended)
    assert not await stage.work("w1")
    await stage.work("w2")
    if stage.summary(run).approvals_open:
        await stage.answer(run, answer)
        await stage.work("w3")
    doubts = stage.events(run, "call.in_doubt")
    assert len(doubts) <= 1
    return Told(
        len(stage.events(run, "call.started")),
        len(stage.outside.requests),
        stage.summary(run).status,
        str(doubts[0].data["then"]) if doubts else "",
    )


# What is done about the doubt, and where the worker died -> what is seen. Written out: this table
# is the promise.
PROMISED: dict[tuple[str, Point], Told] = {
    ("retry", "before effect"): Told(2, 1, "completed", "retry"),
    ("retry", "after effect"): Told(2, 2, "completed", "retry"),
    ("retry", "after END"): Told(1, 1, "completed", ""),
    ("yes", "before effect"): Told(2, 1, "completed", "ask"),
    ("yes", "after effect"): Told(2, 2, "completed", "ask"),
    ("yes", "after END"): Told(1, 1, "completed", ""),
    ("no", "before effect"): Told(1, 0, "failed", "ask"),
    ("no", "after effect"): Told(1, 1, "failed", "ask"),
    ("no", "after END"): Told(1, 1, "completed", ""),
    ("fail", "before effect"): Told(1, 0, "failed", "fail"),
    ("fail", "after effect"): Told(1, 1, "failed", "fail"),
    ("fail", "after END"): Told(1, 1, "completed", ""),
}
BY_CLASS: dict[Repeat, str] = {
    "pure": "retry",
    "read": "retry",
    "idempotent": "retry",
    "keyed": "retry",
    "opaque": "ask",
}


@pytest.mark.parametrize(
    ("repeat", "choice", "point", "answer"),
    [
        (repeat, choice, point, answer)
        for repeat, choice, point in product(REPEATS, CHOICES, POINTS)
        for answer in (
            ("approve", "deny") if (choice or BY_CLASS[repeat]) == "ask" else ("approve",)
        )
    ],
)
async def test_the_table_holds(
    lab: Lab, tmp_path: Path, repeat: Repeat, choice: OnInDoubt | None, point: Point, answer: str
) -> None:
    stage = Stage(lab, Outside(slow=True), tmp_path, tool(repeat, choice))
    told = await played(stage, point, answer)
    done = choice or BY_CLASS[repeat]
    row = ("yes" if answer == "approve" else "no") if done == "ask" else done
    assert told == PROMISED[row, point]
    assert len(stage.outside.by_key) <= 1, "two keys for one call"


@pytest.mark.parametrize("repeat", ["pure", "read", "idempotent"])
@pytest.mark.parametrize(("point", "requests"), [("before effect", 1), ("after effect", 2)])
async def test_a_quick_call_that_may_be_repeated_costs_one_commit_and_needs_no_doubt(
    lab: Lab, tmp_path: Path, repeat: Repeat, point: Point, requests: int
) -> None:
    stage = Stage(lab, Outside(), tmp_path, tool(repeat))
    assert await played(stage, point, "") == Told(1, requests, "completed", "")
    [start], [end] = (
        stage.events(f"run_{1:026}", kind) for kind in ("call.started", "call.completed")
    )
    assert (end.seq, end.ts) == (start.seq + 1, start.ts)


@pytest.mark.parametrize("point", ["before effect", "after effect"])
async def test_where_nobody_can_be_asked_an_opaque_call_fails(
    lab: Lab, tmp_path: Path, point: Point
) -> None:
    stage = Stage(lab, Outside(), tmp_path, tool("opaque"))
    assert await played(stage, point, "approve", attended=False) == PROMISED["fail", point]
    error = lab.reader.summaries()[0].error
    assert error is not None
    assert (error["code"], "may have had its effect" in str(error["message"])) == ("in_doubt", True)


async def test_a_yes_to_one_doubt_is_no_yes_to_the_next(lab: Lab, tmp_path: Path) -> None:
    stage = Stage(lab, Outside(), tmp_path, tool("opaque"))
    run = await stage.start()
    for worker in ("w1", "w2", "w3"):
        stage.outside.crash = "after effect"
        assert not await stage.work(worker)
        await stage.work(f"{worker}b")
        assert len(stage.outside.requests) == int(worker[1])
        assert await stage.answer(run, "approve") == "Run send again? It may have run already."
    await stage.work("w4")
    assert len(stage.events(run, "call.started")) == 4
    assert stage.summary(run).status == "completed"
    assert lab.broken() == []
    with sqlite3.connect(tmp_path / "lab.db") as connection:
        without = "UPDATE event SET type = 'approval.expired' WHERE type = 'approval.decided'"
        connection.execute(f"{without} AND seq = (SELECT min(seq) FROM event WHERE {WAS_DECIDED})")
    connection.close()
    said = f"I19: call out#1/call-0 of {run} was begun 4 times, 3 allowed."
    assert said in lab.broken()
    with sqlite3.connect(tmp_path / "lab.db") as connection:
        connection.execute("UPDATE event SET type = 'approval.decided' WHERE type LIKE '%.expired'")
    connection.close()


async def test_a_call_that_was_agreed_to_is_not_asked_about_twice_because_of_a_crash(
    lab: Lab, tmp_path: Path
) -> None:
    stage = Stage(lab, Outside(), tmp_path, tool("keyed"), ASK)
    run = await stage.start()
    await stage.work("w1")
    assert await stage.answer(run, "approve") == "Run send?"
    stage.outside.crash = "after effect"
    assert not await stage.work("w2")
    await stage.work("w3")
    assert stage.summary(run).status == "completed"
    assert len(stage.outside.by_key) == 1


@pytest.mark.parametrize("repeat", ["keyed", "opaque"])
async def test_the_start_is_durable_before_what_must_not_happen_unseen(
    lab: Lab, tmp_path: Path, repeat: Repeat
) -> None:
    stage = Stage(lab, Outside(), tmp_path, tool(repeat))
    run = await stage.start()
    known: list[int] = []
    stage.outside.look = lambda: known.append(len(stage.events(run, "call.started")))
    await stage.work("w1")
    assert known == [1]


@pytest.mark.parametrize(("extra", "requests"), [("", 1), (", on: [in_doubt]", 2)])
async def test_what_may_have_happened_is_retried_only_by_name(
    lab: Lab, tmp_path: Path, extra: str, requests: int
) -> None:
    stage = Stage(lab, Outside(), tmp_path, tool("opaque", "fail"))
    text = f"tasks: [{{id: out, tool: send, with: {{to: a}}, retry: {{attempts: 2{extra}}}}}]"
    await stage.start(text)
    stage.outside.crash = "after effect"
    await stage.work("w1")
    await stage.work("w2")
    await lab.pass_time(60_000)
    await stage.work("w3")
    assert len(stage.outside.requests) == requests


async def test_a_state_is_saved_once_though_its_worker_dies_right_after(
    lab: Lab, tmp_path: Path
) -> None:
    manifest = builtin_registry().get("save_state")
    allow = "version: 1\nrules: [{id: save, allow: {tool: save_state}}]"
    outside = Outside("after save")
    performer = SandboxPerformer(Registry([manifest]), ())
    stage = Stage(lab, outside, tmp_path, manifest, allow, performer)
    run = await stage.start("tasks: [{id: out, tool: save_state, with: {}}]")
    assert not await stage.work("w1")
    await stage.work("w2")
    [saved], [ended] = stage.events(run, "state.saved"), stage.events(run, "call.completed")
    assert ended.data["output"] == {"snapshot": f"{run}@{saved.seq}"}
    assert len(stage.events(run, "call.started")) == 2


async def test_a_retried_task_uses_its_key_again(lab: Lab, tmp_path: Path) -> None:
    stage = Stage(lab, Outside(failing=1), tmp_path, tool("keyed"))
    run = await stage.start("tasks: [{id: out, tool: send, with: {to: a}, retry: {attempts: 2}}]")
    await stage.work("w1")
    await lab.pass_time(60_000)
    await stage.work("w2")
    assert stage.summary(run).status == "completed"
    assert (len(stage.outside.requests), stage.outside.by_key) == (2, {f"agentry:{run}:out/call-0"})
    assert [event.data["key"] for event in stage.events(run, "call.started")] == [
        f"agentry:{run}:out/call-0"
    ] * 2
