"""One process's hold on a store, for tests: a database, its committer, and rows to put in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agentry.engine.port import Batch, Lease, NewActivity, RunRow, RunUpdate, Transaction
from agentry.store.committer import Committer
from agentry.store.database import Database

T = TypeVar("T")


class Desk:
    """A committer of its own on a place that others may share."""

    def __init__(self, place: Path | str, *, full_sync: bool = False) -> None:
        self.database = Database(place, full_sync=full_sync)
        self.undone = 0
        self.committer = Committer(self.database, self._count)

    def _count(self) -> None:
        self.undone += 1

    def close(self) -> None:
        self.committer.close()
        self.database.close()

    async def do(self, act: Callable[[Transaction], T]) -> T:
        return await self.committer.submit(act)

    async def together(self, *acts: Callable[[Transaction], T]) -> list[T | BaseException]:
        """Run closures as one batch: they queue up behind one that waits for them."""
        going = asyncio.get_running_loop()
        ready, held = asyncio.Event(), asyncio.Event()

        def hold(_tx: Transaction) -> None:
            going.call_soon_threadsafe(held.set)
            asyncio.run_coroutine_threadsafe(ready.wait(), going).result(10)

        first = asyncio.create_task(self.do(hold))
        await held.wait()
        waiting = [asyncio.create_task(self.do(act)) for act in acts]
        await asyncio.sleep(0)
        ready.set()
        await first
        return await asyncio.gather(*waiting, return_exceptions=True)

    def count(self, table: str) -> int:
        with self.database.reader() as connection:
            return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def run_row(
    run_id: str, *, key: str | None = None, root: str | None = None, body: str = ""
) -> RunRow:
    return RunRow(
        run_id=run_id,
        flow="f",
        title="F",
        plan_id="p",
        revision="r",
        status="accepted",
        last_seq=0,
        idem_key=key,
        idem_hash=body,
        by="tester",
        created_at=1,
        root_run_id=root,
    )


def update(last_seq: int, *, status: str = "running", paused: bool = False) -> RunUpdate:
    return RunUpdate(status, last_seq, 1, None, None, 0, {}, None, paused)


def with_work(run_id: str, *paths: str) -> Callable[[Transaction], None]:
    """Return a closure that makes a run with tasks that are ready, one after the other."""

    def act(tx: Transaction) -> None:
        tx.insert_run(run_row(run_id))
        work = [NewActivity(run_id, path, "tool", 1, at) for at, path in enumerate(paths, -9)]
        tx.write(Batch(run_id, new_activities=work))

    return act


def claiming(
    worker: str, limit: int, now: int = 0, only: str | None = None
) -> Callable[[Transaction], list[Lease]]:
    return lambda tx: list(tx.claim(worker, now, now + 1000, limit, only))
