"""The intake counts what has work to do, and trusts the rows where the bell was silent."""

from __future__ import annotations

import asyncio

import pytest

from agentry.engine.bell import Bell, Hint
from agentry.engine.intake import Busy, Intake


def hint(run_id: str, status: str) -> Hint:
    return Hint(run_id, 1, "flow", status, 0)


class Rows:
    def __init__(self, *busy: str) -> None:
        self.busy = list(busy)
        self.reads = 0

    def __call__(self) -> list[str]:
        self.reads += 1
        return self.busy


def full(intake: Intake) -> bool:
    try:
        with intake.admit():
            return False
    except Busy:
        return True


async def test_a_place_is_given_back_whatever_happens() -> None:
    intake = Intake(Bell(), Rows(), most_accepts=1, most_open=9)

    def fail() -> None:
        with intake.admit():
            assert full(intake)
            raise RuntimeError

    for _ in range(3):
        with pytest.raises(RuntimeError):
            fail()
    assert not full(intake)


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "waiting"])
async def test_a_run_counts_once_until_it_ends_or_waits(status: str) -> None:
    bell = Bell()
    intake = Intake(bell, Rows(), most_accepts=9, most_open=2)
    for _ in range(3):
        bell.ring(hint("a", "running"))
    assert not full(intake)
    bell.ring(hint("b", "accepted"))
    bell.ring(hint("", ""))
    assert full(intake)
    bell.ring(hint("a", status))
    assert not full(intake)
    await intake.close()


async def test_runs_that_others_ended_are_counted_anew() -> None:
    bell, rows = Bell(), Rows("b")
    intake = Intake(bell, rows, most_accepts=9, most_open=2)
    bell.ring(hint("a", "running"))
    bell.ring(hint("b", "running"))
    assert full(intake)
    assert full(intake)
    await intake.counted()
    assert not full(intake)
    assert rows.reads == 1


async def test_what_rings_during_a_count_is_not_lost() -> None:
    bell = Bell()

    class Late(Rows):
        def __call__(self) -> list[str]:
            found = list(super().__call__())
            loop.call_soon_threadsafe(bell.ring, hint("a", "completed"))
            return found

    loop = asyncio.get_running_loop()
    intake = Intake(bell, Late("a", "b"), most_accepts=9, most_open=2)
    bell.ring(hint("a", "running"))
    bell.ring(hint("b", "running"))
    assert full(intake)
    await intake.counted()
    assert not full(intake)
