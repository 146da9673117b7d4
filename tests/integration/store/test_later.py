"""Timers and messages: each is taken by one process, once, in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from agentry.engine.port import Batch, DueTimer, Message, NewMessage, NewTimer, Transaction
from tests.integration.store.desk import Desk, run_row, update, with_work

pytestmark = pytest.mark.integration


def message(run_id: str, msg_id: str, created_at: int, said: str = "") -> NewMessage:
    return NewMessage(run_id, msg_id, "child", "sender", {"said": said}, created_at)


def with_timers(run_id: str, **times: int) -> Callable[[Transaction], None]:
    new = [NewTimer(run_id, key, "wait", at) for key, at in times.items()]
    return lambda tx: tx.write(Batch(run_id, new_timers=new))


async def test_timers_come_when_they_are_due_oldest_first(desk: Desk) -> None:
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    assert await desk.do(lambda tx: tx.next_due()) is None
    await desk.do(with_timers("r", b=20, a=10, c=30))
    assert await desk.do(lambda tx: tx.next_due()) == 10
    assert list(await desk.do(lambda tx: tx.due_timers(20, 9))) == [
        DueTimer("r", "a", "wait"),
        DueTimer("r", "b", "wait"),
    ]
    assert list(await desk.do(lambda tx: tx.due_timers(20, 1))) == [DueTimer("r", "a", "wait")]


async def test_a_timer_can_be_moved_and_dropped(desk: Desk) -> None:
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    await desk.do(with_timers("r", a=10, b=11, c=12))
    await desk.do(with_timers("r", a=50))
    await desk.do(lambda tx: tx.write(Batch("r", dropped_timers=["b", "unknown"])))
    assert [timer.timer_key for timer in await desk.do(lambda tx: tx.due_timers(99, 9))] == [
        "c",
        "a",
    ]
    await desk.do(lambda tx: tx.write(Batch("r", drop_all_timers=True)))
    assert await desk.do(lambda tx: tx.next_due()) is None


async def test_a_timer_fires_once_though_two_processes_look(
    open_desk: Callable[[], Desk],
) -> None:
    def fire(tx: Transaction) -> list[str]:
        due = tx.due_timers(100, 3)
        for timer in due:
            assert tx.lock_run(timer.run_id) is not None
            tx.write(Batch(timer.run_id, dropped_timers=[timer.timer_key]))
        return [f"{timer.run_id} {timer.timer_key}" for timer in due]

    one, other = open_desk(), open_desk()
    for number in range(20):
        await one.do(lambda tx, n=number: tx.insert_run(run_row(f"r{n}")))
        await one.do(with_timers(f"r{number}", a=1, b=2))
    fired: list[str] = []
    while one.count("timer"):
        for keys in await asyncio.gather(*(d.do(fire) for d in (one, other) for _ in range(3))):
            fired.extend(keys)
    assert sorted(fired) == sorted(f"r{n} {key}" for n in range(20) for key in "ab")


async def test_messages_come_oldest_first_and_a_double_is_dropped(desk: Desk) -> None:
    for run_id in ("a", "b"):
        await desk.do(lambda tx, r=run_id: tx.insert_run(run_row(r)))
    sent = Batch("b", messages=[message("b", "m2", 20), message("a", "m1", 10, "first")])
    await desk.do(lambda tx: tx.write(sent))
    await desk.do(lambda tx: tx.write(Batch("b", messages=[message("a", "m1", 5, "again")])))
    assert list(await desk.do(lambda tx: tx.inbox(1))) == [
        Message("a", "m1", "child", "sender", {"said": "first"})
    ]
    await desk.do(lambda tx: tx.write(Batch("a", consumed=["m1", "unknown"])))
    assert [found.msg_id for found in await desk.do(lambda tx: tx.inbox(9))] == ["m2"]


async def test_a_message_is_taken_in_once_and_in_order_though_two_processes_look(
    open_desk: Callable[[], Desk],
) -> None:
    taken: list[tuple[str, str]] = []

    def take(tx: Transaction) -> list[tuple[str, str]]:
        found = tx.inbox(3)
        for item in found:
            row = tx.lock_run(item.run_id)
            assert row is not None
            assert item.msg_id == f"m{row.last_seq:02}"
            now = update(row.last_seq + 1)
            tx.write(Batch(item.run_id, update=now, consumed=[item.msg_id]))
        return [(item.run_id, item.msg_id) for item in found]

    async def take_all(desk: Desk) -> None:
        while one.count("inbox"):
            taken.extend(await desk.do(take))

    one, other = open_desk(), open_desk()
    for number in range(4):
        run_id = f"r{number}"
        await one.do(lambda tx, r=run_id: tx.insert_run(run_row(r)))
        sent = Batch(run_id, messages=[message(run_id, f"m{at:02}", at) for at in range(20)])
        await one.do(lambda tx, b=sent: tx.write(b))
    await asyncio.gather(take_all(one), take_all(other))
    assert sorted(taken) == sorted((f"r{n}", f"m{at:02}") for n in range(4) for at in range(20))


async def test_what_one_process_has_taken_up_another_does_not_wait_for(
    prepared_postgres: str,
) -> None:
    def take_up(tx: Transaction) -> None:
        assert len(tx.due_timers(9, 9)) == len(tx.inbox(9)) == 1
        taken_up.set()
        assert looked.wait(20)

    def look(tx: Transaction) -> list[int]:
        return [len(tx.due_timers(9, 9)), len(tx.inbox(9)), len(tx.claim("w", 9, 99, 9, None))]

    one, other = Desk(prepared_postgres), Desk(prepared_postgres)
    taken_up, looked = threading.Event(), threading.Event()
    await one.do(with_work("r", "a"))
    await one.do(with_timers("r", t=1))
    await one.do(lambda tx: tx.write(Batch("r", messages=[message("r", "m", 1)])))
    taking = asyncio.create_task(one.do(take_up))
    await asyncio.to_thread(taken_up.wait, 20)
    assert await other.do(look) == [0, 0, 0]
    looked.set()
    await taking
    assert await other.do(look) == [1, 1, 1]
    one.close()
    other.close()
