"""Who may write: fences, lost leases, restarts, crash loops."""

from __future__ import annotations

import pytest

from agentry.base.json import JsonObject
from agentry.engine.errors import IdempotencyMismatch, LeaseLost
from agentry.engine.port import Transaction
from agentry.journal.events import Draft
from tests.unit.engine.lab import Lab

ONE = "tasks: [{id: a, tool: echo}]"


async def test_a_zombie_cannot_finish_what_another_worker_has_taken(lab: Lab) -> None:
    run = await lab.start(ONE)
    [mine] = await lab.claim(worker="w1")
    lab.clock.advance(15_000)
    [theirs] = await lab.claim(worker="w2")
    assert theirs.fence == mine.fence + 1
    with pytest.raises(LeaseLost):
        await lab.complete(mine, "zombie")
    await lab.complete(theirs, "alive")
    assert [e.data["output"] for e in lab.events(run) if e.type == "task.completed"] == ["alive"]


async def test_a_live_lease_is_not_taken(lab: Lab) -> None:
    await lab.start(ONE)
    assert len(await lab.claim(worker="w1")) == 1
    lab.clock.advance(14_999)
    assert await lab.claim(worker="w2") == []


async def test_a_restart_loses_nothing_and_repeats_nothing(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo}, {id: b, tool: echo}]")
    [a] = await lab.claim()
    await lab.complete(a, 1)
    lab.restart()
    [b] = await lab.claim()
    assert b.path == "b"
    await lab.complete(b, 2)
    assert lab.summary(run).status == "completed"


async def test_the_leases_of_a_dead_process_end_at_once(lab: Lab) -> None:
    await lab.start(ONE)

    def join(tx: Transaction) -> None:
        tx.join("w1", "here", "host-1", 4242, lab.clock.now_ms())

    await lab.committer.submit(join)
    await lab.claim(worker="w1")
    assert await lab.claim(worker="w2") == []
    gone = await lab.committer.submit(
        lambda tx: tx.expire_dead("host-1", lambda pid: pid != 4242, lab.clock.now_ms())
    )
    assert gone == 1
    [taken] = await lab.claim(worker="w2")
    assert taken.crash_count == 1


async def test_a_worker_that_leaves_hands_its_tasks_on_without_a_crash(lab: Lab) -> None:
    await lab.start(ONE)
    await lab.claim(worker="w1")
    await lab.committer.submit(lambda tx: tx.leave("w1", lab.clock.now_ms()))
    [taken] = await lab.claim(worker="w2")
    assert taken.crash_count == 0


async def test_a_task_that_kills_its_workers_is_given_up(lab: Lab) -> None:
    run = await lab.start(ONE)
    for _ in range(6):
        await lab.claim()
        lab.clock.advance(15_000)
    now = lab.clock.now_ms()

    def act(tx: Transaction) -> int:
        [lease] = tx.claim("w9", now, now + 15_000, 1, None)
        lab.applier.crashed(tx, lease)
        return lease.crash_count

    assert await lab.committer.submit(act) == 6
    error = lab.summary(run).error
    assert error is not None
    assert error["code"] == "worker_crash_loop"


async def test_one_bad_item_does_not_fail_the_batch_it_is_committed_with(lab: Lab) -> None:
    first, second = await lab.start(ONE), await lab.start(ONE)
    a, b = await lab.claim()
    stale = type(a)(a.run_id, a.path, a.kind, a.attempt, a.fence - 1, 0)

    def both(tx: Transaction) -> None:
        lab.applier.report(tx, b, [Draft("task.completed", b.path, 1, {"output": 1})])
        lab.applier.report(tx, stale, [Draft("task.completed", a.path, 1, {"output": 1})])

    with pytest.raises(LeaseLost):
        await lab.committer.submit(both)
    assert lab.summary(second).status == "running"
    await lab.complete(a, 1)
    await lab.complete(b, 1)
    assert {lab.summary(first).status, lab.summary(second).status} == {"completed"}


async def test_the_same_key_is_the_same_run_and_another_body_is_refused(lab: Lab) -> None:
    body: JsonObject = {"n": 1}
    text = "inputs: {n: {type: integer}}\n" + ONE
    run = await lab.start(text, body, key="k1")
    assert await lab.start(text, body, key="k1") == run
    with pytest.raises(IdempotencyMismatch):
        await lab.start(text, {"n": 2}, key="k1")
    assert len(lab.reader.summaries()) == 1
