"""A time-out counts the time in which a task works, not the time that people take."""

from __future__ import annotations

from tests.unit.engine.lab import Lab

AROUND = """
tasks:
  - id: all
    timeout: 10s
    sequential:
      - {id: work, tool: echo, with: {}}
      - {id: sure, approval: {ask: Go on?}}
      - {id: more, tool: echo, with: {}}
"""


async def asked(lab: Lab) -> tuple[str, str]:
    """Return a run that has worked for 4 of its 10 seconds and asks."""
    run = await lab.start(AROUND)
    [work] = await lab.claim()
    await lab.pass_time(4_000)
    await lab.complete(work)
    [approval] = lab.reader.approvals("open")
    return run, approval.approval_id


async def test_a_container_stands_still_while_a_person_is_asked(lab: Lab) -> None:
    run, approval = await asked(lab)
    await lab.pass_time(3 * 24 * 3_600_000)
    lab.restart()
    await lab.engine.decide(run, approval, "approve", "ana", "", None)
    await lab.pass_time(5_999)
    assert lab.status_of(run, "all") == "running"
    await lab.pass_time(1)
    assert lab.status_of(run, "all") == "timed_out"


async def test_a_crash_gives_no_new_time(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo, timeout: 10s}]")
    await lab.claim(lease_ms=6_000)
    await lab.pass_time(6_000)
    [again] = await lab.claim()
    assert again.fence == 2
    await lab.pass_time(4_000)
    assert lab.status_of(run, "a") == "timed_out"
