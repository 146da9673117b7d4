"""What a failure brings about: stops, retries, time-outs, cancels."""

from __future__ import annotations

import pytest

from agentry.engine.errors import LeaseLost, RunEnded
from tests.unit.engine.lab import Lab

TWO = "tasks: [{id: a, tool: echo%s}, {id: b, tool: echo}]"


async def test_the_first_failure_stops_a_list(lab: Lab) -> None:
    run = await lab.start(TWO % "")
    [a] = await lab.claim()
    await lab.fail(a)
    summary = lab.summary(run)
    assert summary.status == "failed"
    assert summary.error == {"path": "a", "code": "broken", "message": "a broke."}
    assert await lab.claim() == []


async def test_on_error_continue_goes_on_with_the_error_in_sight(lab: Lab) -> None:
    text = """
tasks:
  - {id: a, tool: echo, on_error: continue}
  - {id: b, tool: echo, with: {why: "${{ tasks.a.error.code }}"}}
"""
    run = await lab.start(text)
    [a] = await lab.claim()
    await lab.fail(a, "tool_failed")
    [b] = await lab.claim()
    given = next(e for e in lab.events(run) if e.type == "task.scheduled" and e.path == "b")
    assert given.data["given"] == {"args": {"why": "tool_failed"}}
    await lab.complete(b)
    assert lab.summary(run).status == "completed"


async def test_a_retry_waits_its_delay_and_counts_attempts(lab: Lab) -> None:
    run = await lab.start(TWO % ", retry: {attempts: 2, delay: 5s}")
    [a] = await lab.claim()
    await lab.fail(a)
    await lab.pass_time(4_999)
    assert await lab.claim() == []
    await lab.pass_time(1_001)
    [again] = await lab.claim()
    assert (again.path, again.attempt, again.fence) == ("a", 2, 2)
    await lab.fail(again)
    assert lab.summary(run).status == "failed"
    assert sum(e.type == "task.retried" for e in lab.events(run)) == 1


async def test_runs_that_fail_together_come_back_apart(lab: Lab) -> None:
    runs = [await lab.start(TWO % ", retry: {attempts: 2, delay: 5s}") for _ in range(4)]
    for lease in await lab.claim():
        await lab.fail(lease)
    due = [e.data["due_at"] for run in runs for e in lab.events(run) if e.type == "task.retried"]
    assert len(set(due)) == 4


async def test_a_denial_is_never_retried(lab: Lab) -> None:
    run = await lab.start(TWO % ", retry: {attempts: 5}")
    [a] = await lab.claim()
    await lab.fail(a, "policy_denied")
    assert lab.summary(run).status == "failed"


async def test_a_time_out_takes_the_task_away_from_its_worker(lab: Lab) -> None:
    run = await lab.start(TWO % ", timeout: 10s")
    [a] = await lab.claim(lease_ms=60_000)
    await lab.pass_time(9_999)
    assert lab.summary(run).status == "running"
    await lab.pass_time(1)
    assert lab.summary(run).status == "failed"
    with pytest.raises(LeaseLost):
        await lab.complete(a, "too late")


async def test_a_container_that_times_out_cancels_what_is_open_in_it(lab: Lab) -> None:
    text = "tasks: [{id: box, timeout: 10s, parallel: [{id: a, tool: echo}, {id: b, tool: echo}]}]"
    run = await lab.start(text)
    a, _b = await lab.claim(lease_ms=60_000)
    await lab.complete(a)
    await lab.pass_time(10_000)
    types = lab.types(run)
    assert types[-3:] == ["task.cancelled box/b", "task.timed_out box", "run.failed"]


async def test_cancelling_ends_everything_at_once_and_only_once(lab: Lab) -> None:
    run = await lab.start(
        "tasks: [{id: box, parallel: [{id: a, tool: echo}, {id: b, tool: echo}]}]"
    )
    a, _b = await lab.claim()
    await lab.engine.cancel(run, "ana", "enough")
    assert lab.summary(run).status == "cancelled"
    assert await lab.claim() == []
    with pytest.raises(LeaseLost):
        await lab.complete(a)
    with pytest.raises(RunEnded):
        await lab.engine.cancel(run, "ana", "again")


async def test_a_lane_that_fails_waits_for_the_others_unless_told_to_fail_fast(lab: Lab) -> None:
    text = """
tasks:
  - id: lanes
    parallel: {fail_fast: %s, do: [{id: a, tool: echo}, {id: b, tool: echo}]}
"""
    slow = await lab.start(text % "false")
    fast = await lab.start(text % "true")
    leases = {(lease.run_id, lease.path): lease for lease in await lab.claim()}
    await lab.fail(leases[slow, "lanes/a"])
    await lab.fail(leases[fast, "lanes/a"])
    assert lab.summary(slow).status == "running"
    assert lab.summary(fast).status == "failed"
    await lab.complete(leases[slow, "lanes/b"])
    assert lab.summary(slow).status == "failed"


async def test_only_errors_that_are_named_are_tried_again(lab: Lab) -> None:
    text = TWO % ", retry: {attempts: 3, delay: 1s, on: [timeout]}"
    named, other = await lab.start(text), await lab.start(text)
    first, second = await lab.claim()
    await lab.fail(first, "timeout")
    await lab.fail(second, "tool_failed")
    assert (lab.summary(named).status, lab.summary(other).status) == ("running", "failed")
