"""A worker keeps its leases while it can, and stops its work where it cannot be sure of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from agentry.engine.engine import Engine
from agentry.engine.executor import BEAT_S, LEASE_MS, Executor, Identity
from agentry.engine.port import Store, Transaction
from agentry.engine.work import Work
from agentry.store.trouble import DatabaseUnusable
from tests.unit.engine.lab import Lab

T = TypeVar("T")
ONE = "tasks: [{id: a, tool: echo, with: {}}]"
BEAT_MS = int(BEAT_S * 1000)


class Shaky:
    """The lab's store; while `down`, it cannot be written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.down = False
        self.refused = asyncio.Event()

    async def submit(self, act: Callable[[Transaction], T]) -> T:
        if self.down:
            self.refused.set()
            raise DatabaseUnusable("The disk is away.")
        return await self._store.submit(act)


class Bench:
    """Work that goes on until it is told to stop."""

    def __init__(self) -> None:
        self.began, self.stopped = asyncio.Event(), asyncio.Event()

    async def perform(self, _work: Work) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped.set()


@asynccontextmanager
async def working(lab: Lab) -> AsyncGenerator[tuple[Bench, Shaky]]:
    store, bench = Shaky(lab.committer), Bench()
    engine = Engine(store, lab.applier, lab.bell, lab.clock)
    executor = Executor(engine, Identity("w2", "here", 1), bench.perform, lambda _pid: True)
    going = asyncio.create_task(executor.run())
    await bench.began.wait()
    try:
        yield bench, store
    finally:
        store.down = False
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going


async def test_a_lease_that_another_worker_took_ends_the_work(lab: Lab) -> None:
    run = await lab.start(ONE)
    async with working(lab) as (bench, _):

        def expire(tx: Transaction) -> None:
            tx.expire_dead("here", lambda _pid: False, lab.clock.now_ms())

        await lab.committer.submit(expire)
        [taken] = await lab.claim(worker="w9")
        lab.clock.advance(BEAT_MS)
        await bench.stopped.wait()
        await lab.complete(taken)
    assert lab.summary(run).status == "completed"


async def test_a_worker_that_cannot_beat_stops_before_its_lease_ends(lab: Lab) -> None:
    await lab.start(ONE)
    async with working(lab) as (bench, store):
        store.down = True
        gone = 0
        while gone + BEAT_MS < LEASE_MS - 3000:
            store.refused.clear()
            lab.clock.advance(BEAT_MS)
            gone += BEAT_MS
            await store.refused.wait()
        assert not bench.stopped.is_set()
        lab.clock.advance(BEAT_MS)
        await bench.stopped.wait()
