"""Pauses that hold nobody, and lists that run because something failed."""

from __future__ import annotations

from tests.unit.engine.lab import Lab

PAUSE = "tasks: [{id: rest, wait: {for: 15m}}, {id: go, tool: echo}]"


async def test_a_pause_holds_no_worker_and_ends_in_time(lab: Lab) -> None:
    run = await lab.start(PAUSE)
    assert await lab.claim() == []
    assert lab.summary(run).status == "waiting"
    lab.restart()
    await lab.pass_time(15 * 60_000 - 1)
    assert await lab.claim() == []
    await lab.pass_time(1)
    assert [lease.path for lease in await lab.claim()] == ["go"]


async def test_a_pause_until_a_moment_in_the_past_is_over_at_once(lab: Lab) -> None:
    await lab.start(
        'tasks: [{id: rest, wait: {until: "2020-01-01T00:00:00Z"}}, {id: a, tool: echo}]'
    )
    await lab.pass_time(0)
    assert [lease.path for lease in await lab.claim()] == ["a"]


async def test_a_cancelled_run_forgets_its_pauses(lab: Lab) -> None:
    run = await lab.start(PAUSE)
    await lab.engine.cancel(run, "ana", "")
    await lab.pass_time(15 * 60_000)
    assert lab.summary(run).status == "cancelled"


async def test_a_rescue_list_runs_after_a_failure_and_the_flow_goes_on(lab: Lab) -> None:
    text = """
tasks:
  - id: risky
    tool: echo
    on_error: [{id: tidy, tool: echo, with: {why: "${{ tasks.risky.error.code }}"}}]
  - {id: after, tool: echo}
"""
    run = await lab.start(text)
    [risky] = await lab.claim()
    await lab.fail(risky, "broken")
    [tidy] = await lab.claim()
    assert tidy.path == "risky/on_error/tidy"
    given = next(e for e in lab.events(run) if e.type == "task.scheduled" and e.path == tidy.path)
    assert given.data["given"] == {"args": {"why": "broken"}}
    await lab.complete(tidy)
    [after] = await lab.claim()
    await lab.complete(after)
    assert lab.summary(run).status == "completed"


async def test_a_rescue_list_that_fails_fails_the_run(lab: Lab) -> None:
    text = "tasks: [{id: a, tool: echo, on_error: [{id: b, tool: echo}]}, {id: c, tool: echo}]"
    run = await lab.start(text)
    for _ in range(2):
        [lease] = await lab.claim()
        await lab.fail(lease)
    error = lab.summary(run).error
    assert error is not None
    assert error["path"] == "a/on_error/b"
