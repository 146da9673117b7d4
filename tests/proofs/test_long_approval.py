"""Three days, three restarts and an edited flow lie between a question and its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agentry.base.clock import ManualClock
from agentry.engine.executor import LEASE_MS
from agentry.journal.state import ENDED
from agentry.store.beside import Beside
from agentry.store.invariants import check
from tests.proofs import effects
from tests.proofs.plans import new_run
from tests.proofs.stage import Stage, stage, stop

pytestmark = pytest.mark.integration
RUN, NEXT = f"run_{1:026}", f"run_{2:026}"
DAY_MS = 24 * 3_600_000
FLOW = """
models:
  script:
    provider: scripted
    turns: [{calls: [{tool: careful, with: {n: old}}]}, {answer: done}]
agents:
  clerk: {model: script, prompt: Work., tools: [careful]}
tasks:
  - {id: before, tool: pay, with: {n: old}}
  - id: ask
    parallel:
      - {id: sure, approval: {ask: Sure?, expires: 30d}}
      - {id: clerk, agent: clerk, input: go}
  - {id: part, flow: ./part.agentry.flow.yaml}
outputs: {n: "${{ tasks.part.output.n }}"}
"""
PART = """
tasks:
  - {id: mark, tool: tidy, with: {n: old}}
outputs: {n: "${{ tasks.mark.output.n }}"}
"""
NEW_FLOW = """
tasks: [{id: part, flow: ./part.agentry.flow.yaml}]
outputs: {n: "${{ tasks.part.output.n }}"}
"""
NEW_PART = PART.replace("old", "new")


class Folder:
    """The opened folder: a flow and the one that it runs."""

    def __init__(self, folder: Path) -> None:
        self._flow = folder / "long.agentry.flow.yaml"
        self._part = folder / "part.agentry.flow.yaml"
        self._beside = Beside(folder, folder)
        self.write(FLOW, PART)

    def write(self, flow: str, part: str) -> None:
        self._flow.write_text(flow)
        self._part.write_text(part)

    async def start(self, on: Stage, run_id: str, now: int) -> None:
        text = self._flow.read_text()
        await on.engine.accept(new_run("long", run_id, now, text, self._beside))


@asynccontextmanager
async def working(place: Path | str, home: Path, clock: ManualClock) -> AsyncGenerator[Stage]:
    """Start a process, as it were, and let it leave in order."""
    with stage(place, home, clock, asyncio.Event()) as on:
        work = asyncio.create_task(on.executor.run())
        yield on
        await stop(work)


async def until_asked(on: Stage, questions: int) -> None:
    with on.bell.listen() as inbox:
        while len(on.reader.approvals("open")) < questions or not await waits_for_free(on):
            await inbox.next(0.1)


async def until_ended(on: Stage, run_id: str) -> None:
    with on.bell.listen() as inbox:
        while on.reader.summary(run_id).status not in ENDED:
            await inbox.next(0.1)


async def waits_for_free(on: Stage) -> bool:
    """Return whether the run has nothing that could be worked on, and nobody holds a lease."""
    worker, now = on.executor.worker_id, on.engine.clock.now_ms()
    held = await on.engine.store.submit(lambda tx: tx.extend(worker, now + LEASE_MS, now))
    return not held and on.reader.summary(RUN).status == "waiting"


async def looked_around(on: Stage) -> None:
    """Wait until the executor has looked for work twice."""
    for _ in range(2):
        on.engine.doorbell.set()
        while on.engine.doorbell.is_set():
            await on.engine.store.submit(lambda _tx: None)


async def test_an_answer_after_days_goes_on_where_the_question_was_asked(
    place: Path | str, tmp_path: Path
) -> None:
    clock, folder = ManualClock(), Folder(tmp_path)
    where = place if isinstance(place, str) else place / "long.db"
    async with working(where, tmp_path, clock) as on:
        await folder.start(on, RUN, clock.now_ms())
        await until_asked(on, 2)
        before = on.reader.events(RUN, 0, 1000)
    for flow, part in ((NEW_FLOW, NEW_PART), ("tasks: [", ""), (NEW_FLOW, NEW_PART)):
        folder.write(flow, part)
        clock.advance(DAY_MS)
        async with working(where, tmp_path, clock) as on:
            await looked_around(on)
            assert await waits_for_free(on)
            assert on.reader.events(RUN, 0, 1000) == before
    async with working(where, tmp_path, clock) as on:
        for question in on.reader.approvals("open"):
            await on.engine.decide(RUN, question.approval_id, "approve", "ana", "", None)
        await until_ended(on, RUN)
        await folder.start(on, NEXT, clock.now_ms())
        await until_ended(on, NEXT)
        assert [on.reader.run(run).outputs for run in (RUN, NEXT)] == [{"n": "old"}, {"n": "new"}]
        asked = [e.path for e in on.reader.events(RUN, 0, 1000) if e.type == "approval.asked"]
        assert sorted(asked) == ["ask/clerk", "ask/sure"]
        assert check(on.database) == []
    done = [seen.tool for seen in effects.all_seen(tmp_path / "effects") if seen.run_id == RUN]
    assert done == ["pay", "careful"]
