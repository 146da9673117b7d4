"""A paused run begins nothing new, loses nothing, and goes on where it stood."""

from __future__ import annotations

import pytest

from agentry.engine.errors import RunEnded
from tests.unit.engine.lab import Lab

THREE = """
tasks:
  - {id: a, tool: echo, with: {}}
  - {id: b, tool: echo, with: {}}
  - {id: c, tool: echo, with: {}}
"""


async def test_what_is_ready_is_held_and_given_back(lab: Lab) -> None:
    run = await lab.start(THREE)
    await lab.engine.pause(run, "ana", "lunch")
    assert await lab.claim() == []
    assert await lab.claim() == []
    lab.restart()
    await lab.engine.resume(run, "ana")
    [a] = await lab.claim()
    assert a.path == "a"


async def test_work_under_way_ends_and_nothing_follows_it(lab: Lab) -> None:
    run = await lab.start(THREE)
    [a] = await lab.claim()
    await lab.engine.pause(run, "ana", "")
    await lab.complete(a, 1)
    assert (lab.status_of(run, "a"), lab.status_of(run, "b")) == ("completed", "pending")
    await lab.engine.resume(run, "ana")
    assert lab.status_of(run, "b") == "ready"


async def test_a_retry_that_falls_due_waits_for_the_end_of_the_pause(lab: Lab) -> None:
    run = await lab.start("tasks:\n  - {id: a, tool: echo, retry: {attempts: 2, delay: 1s}}\n")
    [a] = await lab.claim()
    await lab.engine.pause(run, "ana", "")
    await lab.fail(a)
    await lab.pass_time(5_000)
    assert await lab.claim() == []
    await lab.engine.resume(run, "ana")
    [again] = await lab.claim()
    assert again.attempt == 2


async def test_a_loop_that_is_paused_begins_no_iteration(lab: Lab) -> None:
    run = await lab.start("tasks:\n  - id: l\n    loop: {times: 3, do: [{id: a, tool: echo}]}\n")
    [first] = await lab.claim()
    await lab.engine.pause(run, "ana", "")
    await lab.complete(first)
    assert lab.status_of(run, "l@2") == "pending"
    await lab.engine.resume(run, "ana")
    for _ in range(2):
        [work] = await lab.claim()
        await lab.complete(work)
    assert lab.summary(run).status == "completed"


async def test_pausing_twice_is_pausing_once(lab: Lab) -> None:
    run = await lab.start(THREE)
    await lab.engine.pause(run, "ana", "")
    await lab.engine.pause(run, "ben", "")
    await lab.engine.resume(run, "ana")
    await lab.engine.resume(run, "ana")
    kinds = [kind for kind in lab.types(run) if kind in ("run.paused", "run.resumed")]
    assert kinds == ["run.paused", "run.resumed"]


async def test_a_paused_run_can_be_cancelled(lab: Lab) -> None:
    run = await lab.start(THREE)
    await lab.engine.pause(run, "ana", "")
    await lab.claim()
    await lab.engine.cancel(run, "ana", "")
    assert lab.summary(run).status == "cancelled"
    with pytest.raises(RunEnded):
        await lab.engine.pause(run, "ana", "")
