"""Branches: the one that is taken, the ones that are not, and what comes out."""

from __future__ import annotations

import pytest

from tests.unit.engine.lab import Lab

IF = """
inputs: {n: {type: integer}}
tasks:
  - id: big
    condition:
      if: "${{ inputs.n > 3 }}"
      then: [{id: yes, tool: echo}]
      %s
  - {id: after, tool: echo, with: {got: "${{ tasks.big.output }}"}}
"""

CASES = """
inputs: {word: {type: string}}
tasks:
  - id: pick
    condition:
      on: "${{ inputs.word }}"
      cases:
        red: [{id: stop, tool: echo}]
        green: [{id: go, tool: echo}]
      default: [{id: look, tool: echo}]
"""


async def test_the_true_branch_runs_and_its_last_output_comes_out(lab: Lab) -> None:
    run = await lab.start(IF % "", {"n": 5})
    [yes] = await lab.claim()
    assert yes.path == "big/then/yes"
    opened = next(e for e in lab.events(run) if e.type == "task.started" and e.path == "big")
    assert opened.data["given"] == {"taken": "then", "value": True}
    await lab.complete(yes, "Y")
    given = next(e for e in lab.events(run) if e.type == "task.scheduled" and e.path == "after")
    assert given.data["given"] == {"args": {"got": "Y"}}


async def test_without_an_else_a_false_condition_gives_null(lab: Lab) -> None:
    run = await lab.start(IF % "", {"n": 1})
    assert [lease.path for lease in await lab.claim()] == ["after"]
    done = next(e for e in lab.events(run) if e.type == "task.completed" and e.path == "big")
    assert done.data["output"] is None


async def test_the_false_branch_runs_where_there_is_one(lab: Lab) -> None:
    await lab.start(IF % "else: [{id: no, tool: echo}]", {"n": 1})
    assert [lease.path for lease in await lab.claim()] == ["big/else/no"]


@pytest.mark.parametrize(
    ("word", "path"),
    [("red", "pick/red/stop"), ("green", "pick/green/go"), ("blue", "pick/default/look")],
)
async def test_a_case_is_chosen_by_its_value(lab: Lab, word: str, path: str) -> None:
    await lab.start(CASES, {"word": word})
    assert [lease.path for lease in await lab.claim()] == [path]


async def test_a_failure_in_a_branch_fails_the_condition_with_its_reason(lab: Lab) -> None:
    run = await lab.start(IF % "", {"n": 5})
    [yes] = await lab.claim()
    await lab.fail(yes, "broken")
    error = lab.summary(run).error
    assert error is not None
    assert (error["code"], error["path"]) == ("broken", "big/then/yes")


async def test_a_case_with_a_slash_is_one_step_of_its_paths(lab: Lab) -> None:
    text = """
tasks:
  - id: sort
    condition: {on: "${{ 'very/high' }}", cases: {very/high: [{id: act, tool: echo}]}}
"""
    run = await lab.start(text)
    [act] = await lab.claim()
    assert act.path == "sort/very%2Fhigh/act"
    assert "task.started sort/very%2Fhigh" in lab.types(run)
