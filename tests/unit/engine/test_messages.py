"""Messages to runs: kept until a task waits for them, taken in once, never by two."""

from __future__ import annotations

import pytest

from agentry.engine.errors import MailboxFull, RunEnded
from agentry.engine.operate import MOST_MESSAGES
from tests.unit.engine.lab import Lab

WAIT = """
tasks:
  - {id: paid, wait: {message: payment%s}}
outputs: {amount: "${{ tasks.paid.output.amount }}"}
"""


async def test_a_message_ends_the_wait_for_it(lab: Lab) -> None:
    run = await lab.start(WAIT % "")
    assert lab.summary(run).status == "waiting"
    lab.restart()
    assert await lab.engine.send(run, "payment", {"amount": 12}, "m1", "shop")
    assert lab.outputs(run) == {"amount": 12}


async def test_a_message_that_comes_early_is_kept(lab: Lab) -> None:
    text = "tasks:\n  - {id: first, tool: echo, with: {}}\n" + (WAIT % "").removeprefix(
        "\ntasks:\n"
    )
    run = await lab.start(text)
    await lab.engine.send(run, "payment", {"amount": 7}, "m1", "shop")
    [first] = await lab.claim()
    lab.restart()
    await lab.complete(first)
    assert lab.outputs(run) == {"amount": 7}


async def test_the_same_message_twice_is_taken_in_once(lab: Lab) -> None:
    run = await lab.start(
        "tasks:\n  - {id: a, wait: {message: go}}\n  - {id: b, wait: {message: go}}"
    )
    assert await lab.engine.send(run, "go", 1, "m1", "x")
    assert not await lab.engine.send(run, "go", 1, "m1", "x")
    assert (lab.status_of(run, "a"), lab.status_of(run, "b")) == ("completed", "waiting")


async def test_one_message_ends_one_wait(lab: Lab) -> None:
    text = """
tasks:
  - id: both
    parallel:
      - {id: a, wait: {message: go}}
      - {id: b, wait: {message: go}}
"""
    run = await lab.start(text)
    await lab.engine.send(run, "go", "first", "m1", "x")
    assert (lab.status_of(run, "both/a"), lab.status_of(run, "both/b")) == ("completed", "waiting")
    await lab.engine.send(run, "go", "second", "m2", "x")
    assert lab.summary(run).status == "completed"


async def test_a_message_of_another_name_changes_nothing(lab: Lab) -> None:
    run = await lab.start(WAIT % "")
    await lab.engine.send(run, "refund", {"amount": 1}, "m1", "shop")
    assert lab.summary(run).status == "waiting"


async def test_a_wait_that_nobody_ends_expires(lab: Lab) -> None:
    run = await lab.start(WAIT % ", expires: 1h")
    await lab.pass_time(3_600_000)
    error = lab.summary(run).error
    assert error is not None
    assert error["code"] == "message_expired"
    with pytest.raises(RunEnded):
        await lab.engine.send(run, "payment", {}, "m1", "shop")


async def test_a_message_in_time_drops_the_expiry(lab: Lab) -> None:
    run = await lab.start(WAIT % ", expires: 1h")
    await lab.engine.send(run, "payment", {"amount": 1}, "m1", "shop")
    await lab.pass_time(3_600_000)
    assert lab.summary(run).status == "completed"


async def test_a_run_keeps_only_so_many_messages(lab: Lab) -> None:
    run = await lab.start(WAIT % "")
    for number in range(MOST_MESSAGES):
        await lab.engine.send(run, "other", number, f"m{number}", "x")
    with pytest.raises(MailboxFull):
        await lab.engine.send(run, "other", 0, "one more", "x")
