"""`make bench`: figures of this machine, each beside a fixed CPU loop so that days compare."""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from agentry.base.clock import SystemClock
from agentry.base.ids import new_id
from agentry.engine.apply import Applier, NewPlan, NewRun
from agentry.engine.plan import PlanIndex, plan_id, plan_json
from agentry.engine.port import RunRow
from agentry.flow.read import read
from agentry.policy.gate import Gate
from agentry.policy.rules import default_policy
from agentry.sandbox.performer import SandboxPerformer
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.tools.builtin import builtin_registry
from tests.unit.engine.lab import plan_of

FLOW = """
inputs: {n: {type: integer}}
tasks:
  - {id: a, tool: echo, with: {n: "${{ inputs.n }}"}}
  - {id: b, tool: echo}
  - {id: c, tool: echo}
"""


def calibrate() -> float:
    """Return ms for a fixed loop: what this machine's one core is worth today."""
    began = time.perf_counter()
    total = 0
    for number in range(2_000_000):
        total += number & 7
    return (time.perf_counter() - began) * 1000


def pure_gate() -> Gate:
    """Return the gate as the studio wires it."""
    registry = builtin_registry()
    return Gate(default_policy(), registry, SandboxPerformer(registry))


async def accepts(at_once: int, total: int, *, whole: bool = False) -> tuple[float, float, float]:
    """Return runs a second (durable, fsync on), the p95 of one in ms, and bytes a run.

    `whole`: its three pure steps are done too, else the run is only accepted.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "bench.db")
        database.prepare()
        clock = SystemClock()
        applier = Applier(clock, pure_gate().at_once if whole else None)
        committer = Committer(database, applier.forget)
        plan = plan_of(FLOW)
        index, key, text = PlanIndex(plan), plan_id(plan), plan_json(plan)
        took: list[float] = []

        async def one(number: int) -> None:
            row = RunRow(
                new_id("run"), "bench", "Bench", key, "r", "accepted", 0, None, "", "bench",
                clock.now_ms(),
            )  # fmt: skip
            began = time.perf_counter()
            new = NewRun(
                row, {"n": number}, {}, index, (NewPlan(row.plan_id, row.flow, text, FLOW),)
            )
            await committer.submit(lambda tx: applier.accept(tx, new))
            took.append((time.perf_counter() - began) * 1000)

        await one(0)
        began = time.perf_counter()
        for start in range(0, total, at_once):
            await asyncio.gather(*(one(start + step) for step in range(at_once)))
        spent = time.perf_counter() - began
        committer.close()
        with database.writer.connect() as connection:
            connection.exec_driver_sql("VACUUM")
        database.close()
        size = (Path(folder) / "bench.db").stat().st_size / total
        return total / spent, statistics.quantiles(took, n=20)[18], size


def reading(tasks: int) -> float:
    """Return ms to read and check a flow of that many tasks (median of 9)."""
    lines = "\n".join(f"  - {{id: t{n}, tool: echo, with: {{n: {n}}}}}" for n in range(tasks))
    text = f"name: Big\ntasks:\n{lines}\n"
    times: list[float] = []
    for _ in range(9):
        began = time.perf_counter()
        read(text, name="big")
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> None:
    say = sys.stdout.write
    say(f"calibration loop                      {calibrate():9.1f} ms\n")
    for tasks in (20, 200, 500):
        say(f"read a flow of {tasks:3d} tasks              {reading(tasks):9.1f} ms\n")
    for at_once, total in ((1, 200), (16, 1600), (64, 3200), (256, 5120)):
        rate, p95, _size = asyncio.run(accepts(at_once, total))
        rates = f"{rate:9.0f} runs/s   p95 {p95:7.2f} ms"
        say(f"accept, {at_once:3d} at once                 {rates}\n")
    for at_once, total in ((1, 200), (32, 1600), (256, 2560), (1000, 3000)):
        rate, p95, size = asyncio.run(accepts(at_once, total, whole=True))
        rates = f"{rate:9.0f} runs/s   p95 {p95:7.2f} ms   {size:6.0f} bytes a run"
        say(f"three pure steps, {at_once:4d} at once      {rates}\n")


main()
