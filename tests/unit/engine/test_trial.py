"""Developing a flow: pinned outputs, one task only, breakpoints, steps, edited inputs, skips."""

from __future__ import annotations

import pytest

from agentry.engine.errors import NotHeld, UnknownPlace
from tests.unit.engine.lab import Lab

THREE = """
tasks:
  - {id: a, tool: echo, with: {n: 1}, pin: {n: pinned}}
  - {id: b, tool: echo, with: {a: "${{ tasks.a.output.n }}"}}
  - {id: c, tool: echo, with: {b: "${{ tasks.b.output }}"}}
outputs: {c: "${{ tasks.c.output }}"}
"""


def given(lab: Lab, run: str, path: str) -> object:
    events = lab.events(run)
    [found] = [e for e in events if e.type == "task.scheduled" and e.path == path]
    return found.data["given"]


async def test_a_pin_counts_only_in_development(lab: Lab) -> None:
    plain = await lab.start(THREE)
    assert lab.status_of(plain, "a") == "ready"
    await lab.engine.cancel(plain, "x", "")
    run = await lab.start(THREE, trial={"development": True})
    assert given(lab, run, "b") == {"args": {"a": "pinned"}}


async def test_one_task_is_run_alone_with_pinned_outputs(lab: Lab) -> None:
    run = await lab.start(THREE, trial={"only": "c", "pins": {"b": "from last time"}})
    assert given(lab, run, "c") == {"args": {"b": "from last time"}}
    [c] = await lab.claim()
    await lab.complete(c, "done")
    assert lab.status_of(run, "a") == "skipped"
    assert lab.summary(run).status == "completed"


async def test_one_task_inside_a_list_is_run_alone(lab: Lab) -> None:
    text = """
tasks:
  - {id: a, tool: echo, with: {}}
  - id: both
    parallel: [{id: x, tool: echo, with: {}}, {id: y, tool: echo, with: {}}]
"""
    run = await lab.start(text, trial={"only": "both/y"})
    [y] = await lab.claim()
    assert y.path == "both/y"
    await lab.complete(y)
    assert lab.summary(run).status == "completed"


async def test_a_breakpoint_holds_a_task_until_it_is_released(lab: Lab) -> None:
    run = await lab.start(THREE, trial={"breakpoints": ["b"]})
    [a] = await lab.claim()
    await lab.complete(a, {"n": 1})
    assert (lab.summary(run).status, lab.status_of(run, "b")) == ("waiting", "held")
    lab.restart()
    await lab.engine.release(run, "b", step=False, given=None, by="ana")
    [b] = await lab.claim()
    await lab.complete(b)
    assert lab.status_of(run, "c") == "ready"


async def test_stepping_holds_each_task_in_turn(lab: Lab) -> None:
    run = await lab.start(THREE, trial={"step": True})
    for path in ("a", "b", "c"):
        assert lab.status_of(run, path) == "held"
        await lab.engine.release(run, path, step=True, given=None, by="ana")
        [lease] = await lab.claim()
        await lab.complete(lease, {"n": path})
    assert lab.summary(run).status == "completed"


async def test_a_held_task_can_be_given_another_input(lab: Lab) -> None:
    run = await lab.start(THREE, trial={"breakpoints": ["a"]})
    await lab.engine.release(run, "a", step=False, given={"args": {"n": 99}}, by="ana")
    assert given(lab, run, "a") == {"args": {"n": 99}}


async def test_a_held_task_can_be_skipped_with_an_output(lab: Lab) -> None:
    run = await lab.start(THREE, trial={"breakpoints": ["a"]})
    await lab.engine.skip(run, "a", output={"n": "skipped"}, by="ana")
    assert given(lab, run, "b") == {"args": {"a": "skipped"}}


async def test_a_breakpoint_in_a_loop_holds_every_iteration(lab: Lab) -> None:
    text = "tasks:\n  - id: l\n    loop: {times: 2, do: [{id: a, tool: echo}]}\n"
    run = await lab.start(text)
    await lab.engine.set_breakpoints(run, ["l/a"], "ana")
    [first] = await lab.claim()
    await lab.complete(first)
    assert lab.status_of(run, "l@2/a") == "held"


async def test_a_breakpoint_in_one_lane_lets_the_others_go_on(lab: Lab) -> None:
    text = "tasks:\n  - id: p\n    parallel: [{id: x, tool: echo}, {id: y, tool: echo}]\n"
    run = await lab.start(text, trial={"breakpoints": ["p/x"]})
    [y] = await lab.claim()
    await lab.complete(y)
    assert (lab.status_of(run, "p/x"), lab.status_of(run, "p/y")) == ("held", "completed")


async def test_only_what_is_held_can_be_released(lab: Lab) -> None:
    run = await lab.start(THREE)
    with pytest.raises(NotHeld):
        await lab.engine.release(run, "a", step=False, given=None, by="ana")
    with pytest.raises(UnknownPlace):
        await lab.engine.set_breakpoints(run, ["nowhere"], "ana")


async def test_a_held_run_can_be_cancelled(lab: Lab) -> None:
    run = await lab.start(THREE, trial={"breakpoints": ["a"]})
    await lab.engine.cancel(run, "ana", "")
    assert lab.status_of(run, "a") == "cancelled"
