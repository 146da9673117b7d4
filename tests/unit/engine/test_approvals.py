"""Questions to people: they hold nothing, are answered once, expire, and vanish with their run."""

from __future__ import annotations

import asyncio

import pytest

from agentry.base.errors import AgentryError
from agentry.engine.errors import AlreadyDecided
from agentry.journal.events import Draft
from tests.unit.engine.lab import Lab

ASK = """
tasks:
  - {id: sure, approval: {ask: Publish?%s}%s}
  - {id: go, tool: echo, with: {by: "${{ tasks.sure.output.by }}"}}
"""


async def asked(lab: Lab, text: str) -> tuple[str, str]:
    run = await lab.start(text)
    [approval] = lab.reader.approvals("open")
    return run, approval.approval_id


async def test_a_question_waits_without_lease_or_timer(lab: Lab) -> None:
    run, _ = await asked(lab, ASK % ("", ""))
    assert lab.summary(run).status == "waiting"
    assert await lab.claim() == []
    lab.restart()
    await lab.pass_time(3 * 24 * 3600 * 1000)
    assert lab.summary(run).approvals_open == 1


async def test_a_yes_lets_the_run_go_on(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % ("", ""))
    await lab.engine.decide(run, approval, "approve", "ana", "fine", None)
    [go] = await lab.claim()
    given = next(e for e in lab.events(run) if e.type == "task.scheduled")
    assert given.data["given"] == {"args": {"by": "ana"}}
    await lab.complete(go)


async def test_a_no_fails_the_run_with_the_reason(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % ("", ""))
    await lab.engine.decide(run, approval, "deny", "ana", "not yet", None)
    error = lab.summary(run).error
    assert error is not None
    assert (error["code"], error["message"]) == ("approval_denied", "ana denied 'sure': not yet")


async def test_a_no_can_be_gone_on_from(lab: Lab) -> None:
    text = ASK.replace("tasks.sure.output.by", "tasks.sure.error.code") % (
        "",
        ", on_error: continue",
    )
    run, approval = await asked(lab, text)
    await lab.engine.decide(run, approval, "deny", "ana", "", None)
    assert [lease.path for lease in await lab.claim()] == ["go"]


async def test_a_second_answer_changes_nothing(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % ("", ""))
    answers = await asyncio.gather(
        *(
            lab.engine.decide(run, approval, word, word, "", None)
            for word in ("approve", "deny") * 5
        ),
        return_exceptions=True,
    )
    assert answers.count(None) == 1
    assert all(isinstance(answer, AlreadyDecided) for answer in answers if answer is not None)
    assert sum(e.type == "approval.decided" for e in lab.events(run)) == 1


async def test_an_unanswered_question_expires(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % (", expires: 1h", ""))
    await lab.pass_time(3_600_000)
    error = lab.summary(run).error
    assert error is not None
    assert error["code"] == "approval_expired"
    with pytest.raises(AgentryError):
        await lab.engine.decide(run, approval, "approve", "ana", "", None)


async def test_a_call_that_asks_parks_its_task_until_the_answer(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo, timeout: 10s}]")
    [lease] = await lab.claim()
    call = "a#1/call-0"
    await lab.report(
        lease,
        Draft("approval.asked", "a", 1, {"approval_id": "apr_1", "subject": "s"}, call),
        Draft("task.waiting", "a", 1),
    )
    await lab.pass_time(60_000)
    assert lab.summary(run).status == "waiting"
    assert await lab.claim() == []
    await lab.engine.decide(run, "apr_1", "approve", "ana", "", {"say": "edited"})
    [again] = await lab.claim()
    assert (again.attempt, again.fence, again.crash_count) == (1, 2, 0)
    await lab.complete(again)


async def test_cancelling_a_run_takes_its_questions_along(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % ("", ""))
    await lab.engine.cancel(run, "ana", "")
    assert lab.reader.approval(approval).status == "cancelled"
    assert lab.summary(run).approvals_open == 0


async def test_a_question_for_two_needs_two_different_people(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % (", need: 2", ""))
    await lab.engine.decide(run, approval, "approve", "ana", "", None)
    assert lab.summary(run).status == "waiting"
    with pytest.raises(AlreadyDecided, match="ana"):
        await lab.engine.decide(run, approval, "approve", "ana", "", None)
    await lab.engine.decide(run, approval, "approve", "bo", "", None)
    assert [lease.path for lease in await lab.claim()] == ["go"]


async def test_one_no_is_enough(lab: Lab) -> None:
    run, approval = await asked(lab, ASK % (", need: 2", ""))
    await lab.engine.decide(run, approval, "approve", "ana", "", None)
    await lab.engine.decide(run, approval, "deny", "bo", "", None)
    assert lab.summary(run).status == "failed"
