"""What every store promises of a commit: all of a closure or nothing, and nobody else's trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from agentry.base.errors import AgentryError
from agentry.engine.port import Batch, NewTimer, Transaction
from tests.integration.store.desk import Desk, run_row, update

pytestmark = pytest.mark.integration


def timer(key: str, fire_at: int) -> Callable[[Transaction], None]:
    return lambda tx: tx.write(Batch("r", new_timers=[NewTimer("r", key, "wait", fire_at)]))


async def test_a_queue_is_one_transaction_in_its_order(desk: Desk) -> None:
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    said = await desk.together(*(timer("same", n) for n in range(40)))
    assert said == [None] * 40
    assert await desk.do(lambda tx: tx.next_due()) == 39
    assert desk.undone == 0


async def test_one_that_raises_leaves_nothing_behind_and_harms_nobody(desk: Desk) -> None:
    def half_done(tx: Transaction) -> None:
        timer("half", 1)(tx)
        raise AgentryError("no")

    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    acts = [timer(f"t{n}", 10 + n) for n in range(9)]
    said = await desk.together(*acts[:4], half_done, *acts[4:])
    assert [str(item) for item in said if item is not None] == ["no"]
    assert desk.count("timer") == 9
    assert desk.undone >= 1


async def test_a_closure_that_hides_a_refusal_is_answered_only_for_what_is_kept(
    desk: Desk,
) -> None:
    def hides(tx: Transaction) -> None:
        timer("before", 1)(tx)
        with suppress(Exception):
            tx.insert_run(run_row("r"))
            tx.next_due()

    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    kept = 1
    try:
        await desk.do(hides)
    except AgentryError:
        kept = 0
    assert desk.count("timer") == kept


async def test_what_was_answered_is_seen_by_another_process(
    open_desk: Callable[[], Desk],
) -> None:
    one, other = open_desk(), open_desk()
    await one.do(lambda tx: tx.insert_run(run_row("r")))
    assert await other.do(lambda tx: tx.lock_run("r")) == run_row("r")
    assert await other.do(lambda tx: tx.lock_run("unknown")) is None


async def test_no_change_of_a_run_is_lost_between_processes(
    open_desk: Callable[[], Desk],
) -> None:
    def grow(tx: Transaction) -> None:
        for run_id in ("a", "b"):
            row = tx.lock_run(run_id)
            assert row is not None
            tx.write(Batch(run_id, update=update(row.last_seq + 1)))

    def grow_backwards(tx: Transaction) -> None:
        for run_id in ("b", "a"):
            row = tx.lock_run(run_id)
            assert row is not None
            tx.write(Batch(run_id, update=update(row.last_seq + 1)))

    one, other = open_desk(), open_desk()
    for run_id in ("a", "b"):
        await one.do(lambda tx, run_id=run_id: tx.insert_run(run_row(run_id)))
    for _ in range(10):
        await asyncio.gather(
            *(one.do(grow) for _ in range(5)), *(other.do(grow_backwards) for _ in range(5))
        )
    rows = [await one.do(lambda tx, run_id=run_id: tx.lock_run(run_id)) for run_id in ("a", "b")]
    assert [row and row.last_seq for row in rows] == [100, 100]


async def test_one_key_makes_one_run_whoever_is_asked(open_desk: Callable[[], Desk]) -> None:
    def accept(run_id: str, key: str) -> Callable[[Transaction], str]:
        def act(tx: Transaction) -> str:
            before = tx.find_idem(key)
            if before is not None:
                return before.run_id
            tx.save_plan("p", "f", "{}", "text", 1)
            tx.insert_run(run_row(run_id, key=key))
            return run_id

        return act

    one, other = open_desk(), open_desk()
    for number in range(30):
        key = f"key {number}"
        made = await asyncio.gather(
            one.do(accept(f"one {number}", key)), other.do(accept(f"other {number}", key))
        )
        assert made[0] == made[1]
    assert one.count("run") == 30
    assert one.count("flow_version") == 1
