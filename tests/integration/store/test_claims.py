"""Work goes to one claimer at a time, under a fence that only grows."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agentry.engine.port import ActivityUpdate, Batch, Lease, NewActivity, Transaction
from tests.integration.store.desk import Desk, claiming, run_row, update, with_work

pytestmark = pytest.mark.integration


def paths(leases: list[Lease]) -> list[str]:
    return [lease.path for lease in leases]


def claimer(place: Path | str, worker: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.integration.store.claimer", str(place), worker]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


async def test_two_threads_and_two_processes_share_the_work(
    open_desk: Callable[[], Desk], place: Path | str
) -> None:
    desks = [open_desk(), open_desk()]
    for number in range(40):
        await desks[0].do(with_work(f"run {number}", "a", "b", "c"))
    claimers = [claimer(place, f"p{number}") for number in range(2)]
    taken: list[list[str | int]] = []

    async def take(desk: Desk, worker: str) -> None:
        while leases := await desk.do(claiming(worker, 2)):
            taken.extend([lease.run_id, lease.path, lease.fence] for lease in leases)

    await asyncio.gather(*(take(desk, f"d{number}") for number, desk in enumerate(desks)))
    for process in claimers:
        said, _ = await asyncio.to_thread(process.communicate, timeout=60)
        taken.extend(json.loads(said))
    everything = [[f"run {n}", path, 1] for n in range(40) for path in "abc"]
    assert sorted(taken) == sorted(everything)


async def test_a_lease_that_ran_out_is_taken_under_a_higher_fence_and_counts(desk: Desk) -> None:
    await desk.do(with_work("r", "a"))
    [first] = await desk.do(claiming("w1", 5))
    assert await desk.do(claiming("w2", 5, now=999)) == []
    [second] = await desk.do(claiming("w2", 5, now=1000))
    assert (first.fence, first.crash_count) == (1, 0)
    assert (second.fence, second.crash_count) == (2, 1)


async def test_what_is_let_go_of_counts_no_crash(desk: Desk) -> None:
    await desk.do(with_work("r", "a", "b"))
    await desk.do(claiming("w1", 5))
    await desk.do(lambda tx: tx.let_go("w1", "r", "a"))
    assert [(lease.path, lease.crash_count) for lease in await desk.do(claiming("w2", 5))] == [
        ("a", 0)
    ]
    await desk.do(lambda tx: tx.release("w1", 0))
    assert [(lease.path, lease.crash_count) for lease in await desk.do(claiming("w2", 5))] == [
        ("b", 0)
    ]


async def test_only_live_leases_of_the_worker_are_kept_up(desk: Desk) -> None:
    await desk.do(with_work("r", "a", "b"))
    await desk.do(claiming("w1", 1))
    await desk.do(claiming("w2", 1))
    revoked = ActivityUpdate("r", "b", "cancelled", bump=True)
    await desk.do(lambda tx: tx.write(Batch("r", activities=[revoked])))
    assert list(await desk.do(lambda tx: tx.extend("w1", 9000, 1))) == [("r", "a", 1)]
    assert list(await desk.do(lambda tx: tx.extend("w2", 9000, 1))) == []
    assert await desk.do(claiming("w3", 5, now=8999)) == []
    assert paths(await desk.do(claiming("w3", 5, now=9000))) == ["a"]


async def test_what_is_ready_first_is_claimed_first_and_nothing_before_its_time(desk: Desk) -> None:
    def act(tx: Transaction) -> None:
        tx.insert_run(run_row("r"))
        times = {"late": 30, "early": 10, "middle": 20}
        work = [NewActivity("r", path, "tool", 1, at) for path, at in times.items()]
        tx.write(Batch("r", new_activities=work))

    await desk.do(act)
    assert await desk.do(claiming("w", 5, now=9)) == []
    assert paths(await desk.do(claiming("w", 1, now=25))) == ["early"]
    assert paths(await desk.do(claiming("w", 5, now=25))) == ["middle"]
    assert await desk.do(lambda tx: tx.next_due()) == 30


async def test_held_work_waits_until_its_run_goes_on(desk: Desk) -> None:
    await desk.do(with_work("r", "a"))
    held = Batch("r", update=update(1, paused=True), activities=[ActivityUpdate("r", "a", "held")])
    await desk.do(lambda tx: tx.write(held))
    assert await desk.do(claiming("w", 5)) == []
    freed = Batch("r", update=update(2), activities=[ActivityUpdate("r", "a", "ready")])
    await desk.do(lambda tx: tx.write(freed))
    assert paths(await desk.do(claiming("w", 5))) == ["a"]


async def test_one_run_with_all_that_it_started_can_be_claimed_alone(desk: Desk) -> None:
    await desk.do(with_work("root", "a"))
    await desk.do(with_work("other", "b"))

    def child(tx: Transaction) -> None:
        tx.insert_run(run_row("child", root="root"))
        tx.write(Batch("child", new_activities=[NewActivity("child", "c", "tool", 1, 0)]))

    await desk.do(child)
    assert sorted(paths(await desk.do(claiming("w", 5, only="root")))) == ["a", "c"]


async def test_a_dead_process_of_this_host_loses_its_leases_at_once(desk: Desk) -> None:
    await desk.do(with_work("r", "a", "b"))
    for worker, host, pid in (("dead", "here", 1), ("alive", "here", 2), ("away", "there", 1)):
        await desk.do(lambda tx, w=worker, h=host, p=pid: tx.join(w, "n", h, p, 0))
    await desk.do(claiming("dead", 1))
    await desk.do(claiming("away", 1))
    assert await desk.do(lambda tx: tx.expire_dead("here", lambda pid: pid != 1, 5)) == 1
    assert paths(await desk.do(claiming("w", 5, now=5))) == ["a"]
    assert desk.count("worker") == 2
    await desk.do(lambda tx: tx.leave("alive", 5))
    assert desk.count("worker") == 1


async def test_a_host_that_never_came_back_is_forgotten(desk: Desk) -> None:
    day = 86_400_000
    await desk.do(lambda tx: tx.join("silent", "n", "gone", 1, 0))
    await desk.do(lambda tx: tx.join("lately", "n", "there", 1, 1))
    assert await desk.do(lambda tx: tx.expire_dead("here", lambda _pid: True, day)) == 0
    assert desk.count("worker") == 2
    await desk.do(lambda tx: tx.expire_dead("here", lambda _pid: True, day + 1))
    assert desk.count("worker") == 1
