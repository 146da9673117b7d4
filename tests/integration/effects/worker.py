"""A worker as a process of its own: it makes one run and works on it until that has ended.

Run as `python -m tests.integration.effects.worker HOME`; the test kills it with SIGKILL.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

from agentry.agents.scripted import ScriptedModel
from agentry.base.clock import SystemClock
from agentry.base.json import JsonObject
from agentry.engine.apply import Applier, NewPlan, NewRun
from agentry.engine.bell import Bell
from agentry.engine.engine import Engine
from agentry.engine.executor import Executor, Identity
from agentry.engine.freeze import make_plan
from agentry.engine.perform import Bench, perform
from agentry.engine.plan import ModelChoice, PlanIndex, plan_id, plan_json
from agentry.engine.port import RunRow
from agentry.flow.graph import build
from agentry.flow.read import read
from agentry.journal.state import ENDED
from agentry.policy.gate import Gate
from agentry.policy.rules import load_policy
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.sandbox.docker import DockerSandbox
from agentry.sandbox.performer import SandboxPerformer
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.store.runs import RunReader
from agentry.tools.manifest import Manifest
from agentry.tools.port import Sandbox
from agentry.tools.registry import Registry

RUN = f"run_{1:026}"
INPUT = "inputs: {outside: {type: string, format: folder}}\n"
FLOW = INPUT + "tasks: [{id: out, tool: send, with: {}}]"
POLICY = "version: 1\nrules: [{id: send, allow: {tool: send}}]"


async def main(home: Path) -> None:
    """Work on the run of `home` to its end. `home/case.json` says what is run, and in what."""
    case = json.loads((home / "case.json").read_text())
    registry = Registry([Manifest.model_validate(case["manifest"])])
    docker = case.get("docker")
    sandbox: Sandbox = DockerSandbox(at=Path(docker)) if docker else BwrapSandbox(hidden=(home,))
    performer = SandboxPerformer(registry, (sandbox,), hidden=(home,))
    clock, bell = SystemClock(), Bell()
    database = Database(home / "worker.db")
    database.prepare()
    gate = Gate(load_policy(POLICY, registry), registry, performer)
    applier = Applier(clock, gate.at_once)
    committer = Committer(database, applier.forget)
    engine = Engine(committer, applier, bell, clock)
    bench = Bench(
        engine=engine,
        gate=gate,
        registry=registry,
        model=lambda _provider: ScriptedModel(),
        runs_folder=home / "runs",
        secret=lambda _name: None,
        incident=repr,
    )
    await engine.accept(new_run(registry, {"outside": case["outside"]}, clock.now_ms()))
    who = Identity("worker", "here", os.getpid())
    work = asyncio.create_task(Executor(engine, who, partial(perform, bench), is_alive).run())
    reader = RunReader(database)
    await performer.reap(lambda run_id: reader.summary(run_id).status not in ENDED)
    with bell.listen() as inbox:
        while reader.summary(RUN).status not in {*ENDED, "waiting"}:
            await inbox.next(0.5)
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    committer.close()
    database.close()


def new_run(registry: Registry, inputs: JsonObject, now: int) -> NewRun:
    reading = read(FLOW, name="worker", known_tools=frozenset(registry.names()))
    assert reading.document is not None, reading.diagnostics
    plan = make_plan(
        reading.document,
        flow="worker",
        graph=build(reading.document).to_json(),
        tools={},
        choose=lambda ref: ModelChoice("scripted", ref, {}),
    )
    row = RunRow(
        run_id=RUN,
        flow="worker",
        title="Worker",
        plan_id=plan_id(plan),
        revision="r1",
        status="accepted",
        last_seq=0,
        idem_key="once",
        idem_hash="body",
        by="tester",
        created_at=now,
    )
    kept = NewPlan(row.plan_id, "worker", plan_json(plan), FLOW)
    return NewRun(row, inputs, {}, PlanIndex(plan), (kept,))


def is_alive(pid: int) -> bool:
    return pid != os.getpid() and Path(f"/proc/{pid}").exists()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
