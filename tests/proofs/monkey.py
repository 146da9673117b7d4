"""What kills and stops workers at random, starts new ones, and restarts the database."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.postgres import Cluster
from tests.proofs.nursery import Nursery


@dataclass
class Monkey:
    """`cluster` None: there is one worker, which is never stopped, on a file. `lease_s` is real."""

    nursery: Nursery
    cluster: Cluster | None
    chance: random.Random
    lease_s: float
    counts: Counter[str] = field(default_factory=lambda: Counter())
    down: bool = False
    """Whether the database is away at the moment."""
    over: bool = False
    """Set it to let both `kill` and `restart` come to their end, with everything running."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set it whenever a run has gone on, and once more at the end."""
    _workers: list[int] = field(default_factory=lambda: [])
    _stopped: set[int] = field(default_factory=lambda: set())

    def begin(self, workers: int) -> None:
        self._workers = [self.nursery.start() for _ in range(workers)]

    async def kill(self) -> None:
        """Kill a worker, or stop one until its leases have run out; start what is not there."""
        async with asyncio.TaskGroup() as group:
            while not self.over:
                if self.cluster is None:
                    # Where a single worker takes long to start, it must get to do something.
                    self.moved.clear()
                    await self.moved.wait()
                await asyncio.sleep(self.chance.uniform(0.15, 0.5))
                victim = self.chance.choice(self._workers)
                if self.cluster and not self._stopped and self.chance.random() < 0.1:
                    group.create_task(self._stop(victim))
                elif _sent(victim, signal.SIGKILL):
                    self.counts["kills"] += 1

    async def _stop(self, worker: int) -> None:
        if not _sent(worker, signal.SIGSTOP):
            return
        self.counts["stops"] += 1
        self._stopped.add(worker)
        try:
            await asyncio.sleep(self.lease_s * self.chance.uniform(1.1, 1.6))
        finally:
            self._stopped.discard(worker)
            _sent(worker, signal.SIGCONT)

    def keep_alive(self) -> None:
        """Start a new worker for each that is not there."""
        self._workers = [
            worker if _sent(worker, signal.SIG_DFL) else self.nursery.start()
            for worker in self._workers
        ]

    async def restart(self) -> None:
        """End the database in order or at once, and start it again."""
        while self.cluster is not None and not self.over:
            await asyncio.sleep(self.chance.uniform(5, 15))
            self.down = True
            how = self.chance.choice([signal.SIGINT, signal.SIGQUIT])
            await asyncio.to_thread(self.cluster.stop, how)
            await asyncio.sleep(self.chance.random())
            await asyncio.to_thread(self.cluster.start)
            self.down = False
            self.counts["restarts"] += 1


def _sent(worker: int, what: int) -> bool:
    """Send a signal; return whether the worker is there. SIG_DFL, 0, only asks."""
    with suppress(ProcessLookupError):
        os.kill(worker, what)
        return True
    return False
