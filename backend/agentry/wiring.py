"""Settings to a working studio: the one place that chooses adapters."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import traceback
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from agentry import __version__
from agentry.agents.model import Model
from agentry.agents.router import choose
from agentry.base.clock import Clock, SystemClock
from agentry.base.errors import AgentryError
from agentry.base.ids import new_id
from agentry.base.json import JsonObject, sha256_of
from agentry.base.process import is_alive, machine
from agentry.base.settings import Settings
from agentry.engine.apply import Applier, NewRun
from agentry.engine.bell import Bell
from agentry.engine.compile import Compiler, FlowSource
from agentry.engine.control import Control
from agentry.engine.engine import Engine
from agentry.engine.environment import child_env, plain_env
from agentry.engine.errors import IdempotencyMismatch
from agentry.engine.executor import Executor, Identity
from agentry.engine.importing import (
    Checked,
    Imported,
    Lines,
    TraceRefused,
    check,
    first_difference,
    write,
)
from agentry.engine.inputs import check_inputs
from agentry.engine.intake import Intake
from agentry.engine.perform import Bench, perform
from agentry.engine.plan import ModelChoice
from agentry.engine.port import RunRow
from agentry.flow.document import Document
from agentry.models.providers import open_model, ready, turn_price
from agentry.policy.gate import Gate
from agentry.policy.rules import default_policy
from agentry.policy.votes import Principal
from agentry.sandbox.copy import copy_tree
from agentry.sandbox.performer import SandboxPerformer
from agentry.store.beside import Beside
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.store.flows import FlowLibrary
from agentry.store.history import goes_on, history
from agentry.store.place import database_place
from agentry.store.records import Accepted
from agentry.store.runs import RunReader
from agentry.store.snapshots import SnapshotReader
from agentry.store.traces import Traces
from agentry.store.triggers import TriggerStore
from agentry.tools.builtin import builtin_registry
from agentry.tools.registry import Registry
from agentry.triggers.keeper import Keeper

_log = logging.getLogger("agentry")
_PROVIDERS = ("openai", "anthropic", "ollama", "scripted")
_PAGE = 1000


@dataclass
class App:
    """An open studio: what the doors (HTTP, CLI) may do with it."""

    settings: Settings
    clock: Clock
    flows: FlowLibrary
    runs: RunReader
    snapshots: SnapshotReader
    traces: Traces
    bell: Bell
    engine: Engine
    registry: Registry
    performer: SandboxPerformer
    gate: Gate
    compiler: Compiler
    intake: Intake
    control: Control
    triggers: Keeper
    _work: list[asyncio.Task[None]] = field(default_factory=lambda: [])

    @property
    def runs_folder(self) -> Path:
        return self.settings.home / "runs"

    async def start(
        self,
        name: str,
        inputs: JsonObject,
        *,
        by: str,
        idem_key: str | None = None,
        attended: bool = True,
    ) -> Accepted:
        """Make a run of the folder's flow `name`; raise also `NotFound`, `FlowUnreadable`.

        A key that made a run before gives that run again, even if the flow was changed since.
        `attended`: somebody may be asked what is to become of a call that a crash cut off.
        """
        try:
            flow = self.flows.kept(name) or await asyncio.to_thread(self.flows.read, name)
            return await self.accept(flow, inputs, by=by, idem_key=idem_key, attended=attended)
        except AgentryError as problem:
            before = None
            if idem_key is not None and problem.status in (404, 422):
                before = await self.engine.store.submit(lambda tx: tx.find_idem(idem_key))
            if before is None:
                raise
            if before.idem_hash != sha256_of([name, inputs]):
                raise IdempotencyMismatch(str(idem_key)) from problem
            return Accepted(before.run_id, replayed=True)

    async def accept(
        self,
        flow: FlowSource,
        inputs: JsonObject,
        *,
        by: str,
        idem_key: str | None = None,
        trial: JsonObject | None = None,
        attended: bool = True,
    ) -> Accepted:
        """Make a run of `flow`; durable once this returns. `trial` is as in `RunState.trial`.

        Raises `FlowHasErrors`, `BadInputs`, `IdempotencyMismatch`, `Busy`.
        """
        with self.intake.admit():
            more: JsonObject = {"trial": trial} if trial else {}
            if not attended:
                more["attended"] = False
            return await self._accept(flow, inputs, by, idem_key, more)

    async def _accept(
        self,
        flow: FlowSource,
        inputs: JsonObject,
        by: str,
        idem_key: str | None,
        more: JsonObject,
    ) -> Accepted:
        compiled = self.compiler.compile(flow)
        plan = compiled.index.plan
        checked = check_inputs(
            flow.name, plan.inputs, inputs, base=flow.base, home=self.settings.home
        )
        now = self.clock.now_ms()
        row = RunRow(
            run_id=new_id("run", now),
            flow=flow.name,
            title=plan.title,
            plan_id=compiled.plan_id,
            revision=compiled.revision,
            status="accepted",
            last_seq=0,
            idem_key=idem_key,
            idem_hash=sha256_of([flow.name, inputs]) if idem_key else "",
            by=by,
            created_at=now,
        )
        new = NewRun(
            row,
            checked,
            plain_env(plan, os.environ),
            compiled.index,
            compiled.plans(),
            {**child_env(compiled, os.environ), **more},
        )
        run_id, replayed = await self.engine.accept(new)
        return Accepted(run_id, replayed)

    async def cancel(self, run_id: str, *, by: str, reason: str = "") -> None:
        """Stop a run; raise `RunEnded`, `NotFound`."""
        await self.engine.cancel(run_id, by, reason)

    async def decide(
        self,
        approval_id: str,
        decision: str,
        *,
        by: str,
        reason: str = "",
        args: JsonObject | None = None,
        who: Principal | None = None,
    ) -> None:
        """Answer a question, once; raise `AlreadyDecided`, `NotFound`, `NotAsked`, `SelfApproval`.

        `who` None is the one person of a studio without accounts, who may answer everything.
        """
        asked = await asyncio.to_thread(self.runs.approval, approval_id)
        await self.engine.decide(asked.run_id, approval_id, decision, by, reason, args, who)

    def secret(self, name: str) -> str | None:
        """Return a stored secret, or None where it is not set."""
        return _secret(name)

    def trace(self, run_id: str) -> Iterator[str]:
        """Return the run's trace in pieces of many lines; raise `NotFound` at once."""
        return self.traces.pieces(run_id)

    async def import_trace(self, lines: Lines) -> Imported:
        """Keep a trace as a run to look at; raise `BadTrace`, `TraceRefused`."""
        trace = await asyncio.to_thread(check, lines)
        run_id, last, now = trace.state.run_id, trace.state.last_seq, self.clock.now_ms()
        new = await self.engine.store.submit(lambda tx: write(tx, trace, lines, now))
        if not new:
            differs = await asyncio.to_thread(self._differs, trace, lines)
            if differs is not None:
                raise TraceRefused(
                    f"Run {run_id} is here already, and differs from the trace in {differs}.",
                    hint="Nothing was changed. Look at the trace with `agentry trace replay`.",
                )
        return Imported(run_id, last, new)

    def _differs(self, trace: Checked, lines: Lines) -> str | None:
        """Return in what a stored run differs from a trace, None where it does not."""
        run_id = trace.state.run_id
        kept = self.traces.events(run_id, self.runs.summary(run_id).last_seq)
        seq = first_difference(lines, kept)
        if seq is not None:
            return f"event {seq}"
        return None if self.runs.plan(run_id) == trace.header["plan"] else "its plan"

    def start_work(self, *, only_run: str | None = None) -> None:
        """Let this process advance runs (all of them, or one)."""
        bench = _bench(self)
        executor = Executor(
            self.engine,
            Identity(
                socket.gethostname(),
                machine(shared=isinstance(database_place(self.settings), str)),
                os.getpid(),
            ),
            partial(perform, bench),
            is_alive,
            only_run=only_run,
        )
        self._work.append(asyncio.create_task(executor.run(), name="executor"))
        self._work.append(
            asyncio.create_task(self.performer.reap(partial(goes_on, self.runs)), name="reap")
        )
        if only_run is None:
            self._work.append(asyncio.create_task(self.triggers.run(), name="triggers"))

    async def stop_work(self) -> None:
        """Let go of all work; what was under way is free for the next process at once."""
        for task in self._work:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._work.clear()


class FolderFlows:
    """The flows of the opened folder, as triggers start them. `app` is set once it is open."""

    app: App

    async def document(self, flow: str) -> Document:
        return self.app.compiler.read(await asyncio.to_thread(self.app.flows.read, flow))

    async def start(self, flow: str, inputs: JsonObject, by: str, idem_key: str) -> str:
        started = self.app.start(flow, inputs, by=by, idem_key=idem_key, attended=False)
        return (await started).run_id

    async def status(self, run_id: str) -> str:
        return (await asyncio.to_thread(self.app.runs.summary, run_id)).status

    async def cancel(self, run_id: str, by: str, reason: str) -> None:
        await self.app.cancel(run_id, by=by, reason=reason)


@asynccontextmanager
async def open_app(settings: Settings, *, work: bool = True) -> AsyncGenerator[App]:
    """Open the data folder and everything on it; close it all at the end.

    Raises `DatabaseTooNew`, `DatabaseUnusable`, `DiskFull`.
    """
    database = Database(database_place(settings))
    clock = database.clock(SystemClock())
    await asyncio.to_thread(database.prepare)
    registry = builtin_registry()
    performer = SandboxPerformer(registry, hidden=(settings.home,))
    gate = Gate(default_policy(), registry, performer)
    applier = Applier(clock, gate.at_once, keep=not settings.paranoid)
    committer = Committer(database, applier.forget)
    bell, runs = Bell(), RunReader(database)
    engine = Engine(committer, applier, bell, clock)
    folder_flows = FolderFlows()
    app = App(
        settings=settings,
        clock=clock,
        flows=FlowLibrary(settings.folder),
        runs=runs,
        snapshots=SnapshotReader(database),
        traces=Traces(database, runs, f"agentry {__version__}"),
        bell=bell,
        engine=engine,
        registry=registry,
        performer=performer,
        gate=gate,
        compiler=Compiler(
            registry, _choice, _ready_providers, lambda base: Beside(base, settings.folder)
        ),
        intake=Intake(
            bell,
            runs.busy,
            most_accepts=settings.max_accepts,
            most_open=settings.max_open_runs,
        ),
        control=Control(engine, clock, partial(_copy_files, settings.home / "runs")),
        triggers=Keeper(TriggerStore(committer), folder_flows, clock),
    )
    folder_flows.app = app
    try:
        await app.intake.count()
        if work:
            app.start_work()
        yield app
    finally:
        await app.stop_work()
        await app.intake.close()
        await asyncio.to_thread(committer.close)
        database.close()


def _bench(app: App) -> Bench:
    models: dict[str, Model] = {}

    def model(provider: str) -> Model:
        if provider not in models:
            models[provider] = open_model(provider)
        return models[provider]

    return Bench(
        engine=app.engine,
        gate=app.gate,
        registry=app.registry,
        model=model,
        runs_folder=app.runs_folder,
        secret=_secret,
        incident=partial(note_incident, app.settings.home),
        price=turn_price,
        history=partial(history, app.runs),
    )


def _copy_files(runs: Path, old: str, new: str) -> None:
    """Give the run `new` a copy of the files of `old`."""
    if (runs / old / "workspace").is_dir():
        (runs / new).mkdir(parents=True, exist_ok=True)
        copy_tree(runs / old / "workspace", runs / new / "workspace")


def note_incident(home: Path, fault: BaseException) -> str:
    """Keep a fault's trace in the data folder's logs and return its name.

    A user never sees the trace.
    """
    name = new_id("inc")
    folder = home / "logs"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.txt").write_text("".join(traceback.format_exception(fault)))
    _log.error("incident %s: %s", name, type(fault).__name__)
    return name


def _choice(document: Document, reference: str) -> ModelChoice:
    chosen = choose(reference, document.models, lambda provider: ready(provider, os.environ))
    return ModelChoice(chosen.provider, chosen.model, chosen.options)


def _ready_providers() -> frozenset[str]:
    return frozenset(name for name in _PROVIDERS if ready(name, os.environ))


def _secret(name: str) -> str | None:
    return os.environ.get(f"AGENTRY_SECRET_{name}")
