"""Purses: nothing is begun that they cannot hold, whoever shares them and whatever crashes."""

from __future__ import annotations

import random

import pytest

from agentry.base.json import JsonObject
from agentry.engine.budget import drawn, refusal, run_limit
from agentry.engine.plan import PlanBudget, PlanIndex
from agentry.journal.events import Draft
from agentry.journal.fold import fold
from agentry.journal.state import RunState
from tests.unit.engine.lab import plan_of

FLOW = """
agents:
  a: {model: m, %s}
  b: {model: m}
models: {m: {provider: scripted, turns: [{answer: x}]}}
%s
tasks:
  - id: lanes
    parallel:
      - {id: one, agent: a, input: x}
      - {id: two, agent: a, input: x}
      - {id: three, agent: b, input: x%s}
"""
PATHS = ("lanes/one", "lanes/two", "lanes/three")


class Run:
    """A run whose agents take turns and make calls, by events alone."""

    def __init__(self, agent: str = "", flow: str = "", task: str = "") -> None:
        self.index = PlanIndex(plan_of(FLOW % (agent, flow, task)))
        self.state = RunState("run_1")
        self.now = 0
        self.place(Draft("run.accepted"))
        self.place(Draft("run.started"))
        self.place(Draft("task.started", "lanes", data={"kind": "parallel"}))
        for path in PATHS:
            self.place(Draft("task.scheduled", path, data={"kind": "agent"}))
            self.place(Draft("task.started", path, data={"kind": "agent"}, fence=1))

    def place(self, draft: Draft) -> None:
        fold(self.state, draft.placed("run_1", self.state.last_seq + 1, self.now))

    def tries(self, draft: Draft) -> str | None:
        """Place the draft where no purse refuses it; return why one did."""
        refused = refusal(self.index, self.state, draft, self.now)
        if refused is None:
            self.place(draft)
            return None
        assert refused["code"] == "budget_exceeded"
        return str(refused["message"])

    def turn(self, path: str, tokens: int, cost: float | None = 0.0) -> str | None:
        reserve: JsonObject = {"tokens": tokens, "cost_usd": cost}
        return self.tries(Draft("turn.started", path, data={"turn": 1, "reserve": reserve}))

    def reply(self, path: str, tokens: int, cost: float | None = 0.0) -> None:
        usage: JsonObject = {"input_tokens": tokens, "output_tokens": 0, "cost_usd": cost}
        self.place(Draft("turn.replied", path, data={"turn": 1}, usage=usage))

    def call(self, path: str, name: str) -> str | None:
        return self.tries(Draft("call.started", path, data={"tool": "echo"}, call_id=name))


def test_what_is_reserved_cannot_be_reserved_again() -> None:
    run = Run(flow="budget: {tokens: 100}")
    assert run.turn("lanes/one", 60) is None
    said = run.turn("lanes/two", 41)
    assert said is not None
    assert said.startswith("The run may use 100 tokens; 60 are used or reserved, and this turn may")
    assert run.turn("lanes/two", 40) is None


def test_a_reply_gives_back_what_it_did_not_use() -> None:
    run = Run(flow="budget: {tokens: 100}")
    run.turn("lanes/one", 60)
    run.reply("lanes/one", 10)
    assert run.turn("lanes/two", 90) is None


def test_a_turn_cut_off_by_a_crash_reserves_in_the_place_of_the_first() -> None:
    run = Run(flow="budget: {tokens: 100}")
    run.turn("lanes/one", 60)
    run.place(Draft("task.started", "lanes/one", data={"kind": "agent"}, fence=2))
    assert run.turn("lanes/one", 60) is None
    assert drawn(run.state.tasks.values()).tokens == 60


@pytest.mark.parametrize(
    "kind", ["task.failed", "task.cancelled", "task.timed_out", "task.retried"]
)
def test_a_task_that_stops_gives_its_reservation_back(kind: str) -> None:
    run = Run(flow="budget: {tokens: 100}")
    run.turn("lanes/one", 60)
    error: JsonObject = {"code": "x", "message": "X."}
    run.place(Draft(kind, "lanes/one", data={"error": error}))  # pyright: ignore[reportArgumentType] -- a name
    assert run.turn("lanes/two", 100) is None


def test_a_retry_does_not_give_back_what_was_used() -> None:
    run = Run(flow="budget: {tokens: 100}")
    run.turn("lanes/one", 60)
    run.reply("lanes/one", 60)
    error: JsonObject = {"code": "x", "message": "X."}
    run.place(Draft("task.retried", "lanes/one", data={"error": error}))
    run.place(Draft("task.started", "lanes/one", 2, {"kind": "agent"}, fence=2))
    assert run.turn("lanes/one", 41) is not None


@pytest.mark.parametrize(
    ("agent", "flow", "task", "refused"),
    [
        ("budget: {tokens: 50}", "", "", {"lanes/one": "Agent 'a'", "lanes/two": "Agent 'a'"}),
        ("", "", ", budget: {tokens: 50}", {"lanes/three": "Task 'lanes/three'"}),
        ("", "budget: {tokens: 50}", "", dict.fromkeys(PATHS, "The run")),
        ("", "", "", {}),
    ],
)
def test_each_purse_is_asked_by_those_who_draw_on_it(
    agent: str, flow: str, task: str, refused: dict[str, str]
) -> None:
    for path in PATHS:
        said = Run(agent, flow, task).turn(path, 51)
        assert (said or "").startswith(refused.get(path, ""))
        assert (said is None) == (path not in refused)


def test_an_agent_has_one_purse_for_all_of_its_tasks() -> None:
    run = Run("budget: {tokens: 100}")
    assert run.turn("lanes/one", 60) is None
    assert run.turn("lanes/two", 60) is not None
    assert run.turn("lanes/three", 60) is None


def test_money_counts_like_tokens_and_an_unknown_price_is_refused() -> None:
    run = Run(flow="budget: {cost_usd: 0.5}")
    assert run.turn("lanes/one", 10**9, 0.3) is None
    said = run.turn("lanes/two", 1, 0.21)
    assert said is not None
    assert "may cost 0.5 USD; 0.3 are used or reserved, and this turn may cost 0.21." in said
    assert "price of its model is not known" in str(run.turn("lanes/two", 1, None))


def test_tool_calls_are_counted_once_each() -> None:
    run = Run(flow="budget: {tool_calls: 2}")
    assert run.call("lanes/one", "c1") is None
    assert run.call("lanes/one", "c1") is None  # begun again after a crash
    assert run.call("lanes/two", "c2") is None
    assert "may make 2 tool calls and has made 2." in str(run.call("lanes/three", "c3"))


def test_time_by_the_clock_on_the_wall() -> None:
    run = Run(flow="budget: {wall: 1m}")
    run.now = 59_999
    assert run.turn("lanes/one", 1) is None
    run.now = 60_000
    assert "has used up its time of 1m." in str(run.turn("lanes/two", 1))
    assert run.call("lanes/two", "c") is not None


@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({}, PlanBudget(tokens=100)),
        ({"tokens": 500}, PlanBudget(tokens=500)),
        ({"cost_usd": 2, "wall": "1h"}, PlanBudget(100, 2.0, 3_600_000)),
    ],
)
def test_a_run_may_be_given_another_purse_than_its_flow(
    given: JsonObject, limit: PlanBudget
) -> None:
    run = Run(flow="budget: {tokens: 100}")
    run.state.budget = given
    assert run_limit(run.index, run.state) == limit


@pytest.mark.parametrize("seed", range(40))
def test_reserved_and_used_never_pass_the_limit(seed: int) -> None:
    chance = random.Random(seed)
    run = Run("budget: {tokens: 700}", "budget: {tokens: 1000, cost_usd: 1}")
    under_way: dict[str, tuple[int, float]] = {}
    refused = 0
    for _ in range(300):
        path = chance.choice(PATHS)
        if path in under_way and chance.random() < 0.6:
            tokens, cost = under_way.pop(path)
            run.reply(path, chance.randint(0, tokens), cost * chance.random())
        elif path in under_way:  # a crash: the task begins again, and its turn
            run.place(Draft("task.started", path, data={"kind": "agent"}, fence=2))
            under_way.pop(path)
        else:
            wish = (chance.randint(1, 200), chance.random() / 5)
            if run.turn(path, *wish) is None:
                under_way[path] = wish
            else:
                refused += 1
        everything = drawn(run.state.tasks.values())
        assert everything.tokens <= 1000
        assert everything.cost_usd <= 1 + 1e-9
        of_a = drawn(run.state.tasks[name] for name in ("lanes/one", "lanes/two"))
        assert of_a.tokens <= 700
    assert refused
