"""Runs on a real store in this process: durable (fsync on), wired as the studio wires them."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agentry.base.clock import SystemClock
from agentry.base.ids import new_id
from agentry.engine.apply import Applier, NewPlan, NewRun
from agentry.engine.plan import PlanIndex, plan_id, plan_json
from agentry.engine.port import RunRow
from agentry.policy.gate import Gate
from agentry.policy.rules import default_policy
from agentry.sandbox.performer import SandboxPerformer
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.tools.builtin import builtin_registry
from tests.bench.figure import part
from tests.unit.engine.lab import plan_of

BENCH_DB = os.environ.get("BENCH_DB", "")
"""The address of an empty Postgres to measure instead of SQLite."""


@dataclass(frozen=True)
class Pace:
    """How a row of runs went: runs a second, ms of CPU for each, and the ms that each took."""

    rate: float
    cpu_ms: float
    took: list[float]

    def __str__(self) -> str:
        return f"p95 {part(self.took, 0.95):.1f} ms, {self.cpu_ms:.2f} ms of CPU each"


class Kept:
    """A flow ready to be run, on an open store."""

    def __init__(self, committer: Committer, applier: Applier, text: str) -> None:
        self._committer = committer
        self._applier = applier
        self._clock = SystemClock()
        self._text = text
        plan = plan_of(text)
        self._index = PlanIndex(plan)
        self._plan = NewPlan(plan_id(plan), "bench", plan_json(plan), text)
        self._inputs = {"n": 7} if plan.inputs else {}

    async def run(self) -> None:
        """Accept one run; with an applier that does pure steps at once it is over afterwards."""
        row = RunRow(
            new_id("run"), "bench", "Bench", self._plan.plan_id, "r", "accepted", 0, None, "",
            "bench", self._clock.now_ms(),
        )  # fmt: skip
        new = NewRun(row, dict(self._inputs), {}, self._index, (self._plan,))
        await self._committer.submit(lambda tx: self._applier.accept(tx, new))

    async def runs(self, total: int, at_once: int) -> Pace:
        """Make `total` runs with `at_once` of them in flight all the time."""
        took: list[float] = []
        left = iter(range(total))

        async def lane() -> None:
            for _ in left:
                began = time.perf_counter()
                await self.run()
                took.append((time.perf_counter() - began) * 1000)

        await self.run()
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(lane() for _ in range(at_once)))
        spent, used = time.perf_counter() - began, time.process_time() - cpu
        return Pace(total / spent, used * 1000 / total, took)


class Store:
    """An open store that flows can be put into."""

    def __init__(self, place: Path | str) -> None:
        self.database = Database(place)
        self.database.prepare()
        self._committers: list[Committer] = []

    def keep(self, text: str, *, whole: bool = True) -> Kept:
        """Return the flow; `whole`: its pure steps are done with the accept, as in the studio."""
        registry = builtin_registry()
        gate = Gate(default_policy(), registry, SandboxPerformer(registry))
        applier = Applier(SystemClock(), gate.at_once if whole else None)
        committer = Committer(self.database, applier.forget)
        self._committers.append(committer)
        return Kept(committer, applier, text)

    def close(self) -> None:
        for committer in self._committers:
            committer.close()
        self.database.close()


@contextmanager
def opened() -> Generator[tuple[Store, Path]]:
    """Open a fresh store; the path is that of its file, where it is one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        store = Store(BENCH_DB or file)
        try:
            yield store, file
        finally:
            store.close()
