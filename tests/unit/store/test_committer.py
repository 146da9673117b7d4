"""Group commit: one transaction for many, one bad item for none, nothing lost by giving up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agentry.base.errors import AgentryError
from agentry.engine.port import Transaction
from agentry.store.committer import Committer, StoreClosed
from agentry.store.database import Database


class Desk:
    """A committer whose thread can be held, so that a queue forms behind it."""

    def __init__(self, file: Path) -> None:
        self.database = Database(file, full_sync=False)
        self.database.prepare()
        self.undone = 0
        self.committer = Committer(self.database, self._count)
        self._let_go = threading.Event()

    def _count(self) -> None:
        self.undone += 1

    async def hold(self) -> asyncio.Task[None]:
        held = threading.Event()

        def act(_tx: Transaction) -> None:
            held.set()
            self._let_go.wait(5)

        task = asyncio.create_task(self.committer.submit(act))
        await asyncio.to_thread(held.wait, 5)
        return task

    def let_go(self) -> None:
        self._let_go.set()

    def workers(self) -> int:
        with self.database.reader() as connection:
            return connection.exec_driver_sql("SELECT count(*) FROM worker").scalar_one()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "a.db")
    yield made
    made.let_go()
    made.committer.close()
    made.database.close()


def join(name: str) -> Callable[[Transaction], str]:
    def act(tx: Transaction) -> str:
        tx.join(name, "n", "h", 1, 0)
        return name

    return act


async def test_a_queue_is_committed_together_and_everybody_is_answered(desk: Desk) -> None:
    held = await desk.hold()
    waiting = [asyncio.create_task(desk.committer.submit(join(f"w{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    desk.let_go()
    await held
    assert await asyncio.gather(*waiting) == [f"w{n}" for n in range(50)]
    assert desk.workers() == 50
    assert desk.undone == 0


async def test_one_bad_item_fails_alone(desk: Desk) -> None:
    def bad(_tx: Transaction) -> None:
        raise AgentryError("no")

    held = await desk.hold()
    good = [asyncio.create_task(desk.committer.submit(join(f"w{n}"))) for n in range(5)]
    wrong = asyncio.create_task(desk.committer.submit(bad))
    await asyncio.sleep(0)
    desk.let_go()
    await held
    assert len(await asyncio.gather(*good)) == 5
    with pytest.raises(AgentryError, match="no"):
        await wrong
    assert desk.workers() == 5
    assert desk.undone >= 1


async def test_who_gives_up_before_their_turn_is_left_out(desk: Desk) -> None:
    held = await desk.hold()
    gone = asyncio.create_task(desk.committer.submit(join("gone")))
    stays = asyncio.create_task(desk.committer.submit(join("stays")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    desk.let_go()
    await held
    assert await stays == "stays"
    assert desk.workers() == 1


async def test_a_closed_committer_says_that_it_is_stopping(desk: Desk) -> None:
    desk.committer.close()
    with pytest.raises(StoreClosed):
        await desk.committer.submit(lambda _tx: None)
