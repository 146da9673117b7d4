"""One process that works on one run until it has ended: what the kill matrix kills."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

from agentry.agents.scripted import ScriptedModel
from agentry.base.errors import Conflict
from agentry.base.json import Json
from agentry.engine.apply import Applier, NewPlan, NewRun
from agentry.engine.bell import Bell
from agentry.engine.engine import Engine
from agentry.engine.executor import Executor, Identity
from agentry.engine.freeze import ModelChoice, make_plan
from agentry.engine.perform import Bench, perform
from agentry.engine.plan import Plan, PlanIndex, plan_id, plan_json
from agentry.engine.port import RunRow
from agentry.flow.document import Document
from agentry.flow.graph import build
from agentry.flow.read import read
from agentry.journal.state import ENDED
from agentry.policy.gate import Gate
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.store.runs import RunReader
from tests.proofs import effects
from tests.proofs.flows import FLOWS

RUN = f"run_{1:026}"
_SPEED = 20
_EPOCH = 1_700_000_000_000


class FastClock:
    """Real time, 20 times as fast, and the same for every process that plays."""

    def __init__(self) -> None:
        self.woke = asyncio.Event()

    def now_ms(self) -> int:
        return _EPOCH + (time.time_ns() // 1_000_000 - _EPOCH) * _SPEED

    def monotonic(self) -> float:
        return time.monotonic() * _SPEED

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / _SPEED)
        self.woke.set()


def database_of(home: Path) -> Database:
    """Open the database of a case; the caller closes it."""
    return Database(home / "proof.db", full_sync=False)


def plan_of(name: str) -> Plan:
    tools = frozenset(effects.registry().names())
    reading = read(FLOWS[name], name=name, known_tools=tools)
    assert reading.document is not None
    assert reading.ok, reading.diagnostics
    document = reading.document
    return make_plan(
        document,
        flow=name,
        graph=build(document).to_json(),
        tools={},
        choose=partial(_choice, document),
    )


def _choice(document: Document, reference: str) -> ModelChoice:
    turns: list[Json] = list(document.models[reference].turns)
    return ModelChoice("scripted", reference, {"turns": turns})


def new_run(name: str, now: int) -> NewRun:
    plan = plan_of(name)
    row = RunRow(
        run_id=RUN,
        flow=name,
        title=name,
        plan_id=plan_id(plan),
        revision="r1",
        status="accepted",
        last_seq=0,
        idem_key="proof",
        idem_hash="proof",
        by="tester",
        created_at=now,
    )
    own = NewPlan(row.plan_id, name, plan_json(plan), FLOWS[name])
    return NewRun(row, {}, {}, PlanIndex(plan), (own,))


async def play(home: Path, name: str) -> None:
    """Accept the run (once), work on it, say yes to whatever is asked; return when it has ended."""
    clock, tools = FastClock(), effects.registry()
    performer = effects.EffectPerformer(tools, home / "effects", clock.woke)
    gate = Gate(effects.policy(tools), tools, performer)
    database = database_of(home)
    database.prepare()
    applier = Applier(clock, gate.at_once)
    committer = Committer(database, applier.forget)
    bell = Bell()
    engine = Engine(committer, applier, bell, clock)
    bench = Bench(
        engine=engine,
        gate=gate,
        registry=tools,
        model=lambda _provider: ScriptedModel(),
        runs_folder=home / "runs",
        secret=lambda _name: None,
        incident=lambda fault: repr(fault),
    )
    executor = Executor(
        engine, Identity("proof", "proof", os.getpid()), partial(perform, bench), _alive
    )
    await engine.accept(new_run(name, clock.now_ms()))
    work = asyncio.create_task(executor.run())
    await _until_ended(RunReader(database), engine, bell)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    committer.close()
    database.close()


async def _until_ended(reader: RunReader, engine: Engine, bell: Bell) -> None:
    with bell.listen() as inbox:
        while reader.summary(RUN).status not in ENDED:
            for asked in reader.approvals("open"):
                for person in ("ana", "bo")[: asked.need]:
                    with suppress(Conflict):
                        decide = (asked.run_id, asked.approval_id, "approve", person, "", None)
                        await engine.decide(*decide)
            await inbox.next(0.25)


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
