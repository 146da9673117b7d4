"""A run on a real database, driven by hand: claim, report, decide, let time pass, crash."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from agentry.base.clock import ManualClock
from agentry.base.json import Json, JsonObject
from agentry.engine.apply import Applier, NewPlan, NewRun
from agentry.engine.bell import Bell
from agentry.engine.compile import Compiler, FlowText
from agentry.engine.engine import Engine
from agentry.engine.forking import Fork
from agentry.engine.freeze import make_plan
from agentry.engine.plan import ModelChoice, Plan, PlanIndex, plan_id, plan_json
from agentry.engine.port import Lease, RunRow, Transaction
from agentry.flow.graph import build
from agentry.flow.include import Texts
from agentry.flow.read import read
from agentry.journal.events import Draft, Event
from agentry.journal.fold import fold_all
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.records import RunSummary
from agentry.store.runs import RunReader
from agentry.tools.builtin import builtin_registry

PARANOID = os.environ.get("AGENTRY_PARANOID") == "1"
"""Whether nothing of a run is kept in memory between two changes of it."""


def plan_of(text: str) -> Plan:
    """Return the plan of a flow that must be right."""
    reading = read(text, name="lab")
    assert reading.ok, reading.diagnostics
    document = reading.document
    assert document is not None
    return make_plan(
        document,
        flow="lab",
        graph=build(document).to_json(),
        tools={},
        choose=lambda ref: ModelChoice("scripted", ref, {}),
    )


def planned(text: str, files: dict[str, str] | None) -> tuple[Plan, tuple[NewPlan, ...]]:
    """Return the plan of a flow, and all plans that a run of it keeps."""
    if files is None:
        plan = plan_of(text)
        return plan, (NewPlan(plan_id(plan), "lab", plan_json(plan), text),)
    compiler = Compiler(
        builtin_registry(),
        lambda _document, ref: ModelChoice("scripted", ref, {}),
        frozenset,
        lambda _base: Texts(files),
    )
    compiled = compiler.compile(FlowText("lab", text, Path()))
    return compiled.index.plan, compiled.plans()


class Lab:
    """One database and one engine; `restart` loses everything that was only in memory.

    `place`: a folder for a SQLite file, or the address of an empty Postgres.
    """

    def __init__(self, place: Path | str) -> None:
        self.clock = ManualClock()
        self._place = place if isinstance(place, str) else place / "lab.db"
        self.bell = Bell()
        self._open()
        self._count = 0

    def _open(self) -> None:
        self.database = Database(self._place, full_sync=False)
        self.database.prepare()
        self.applier = Applier(self.clock, keep=not PARANOID)
        self.committer = Committer(self.database, self.applier.forget)
        self.engine = Engine(self.committer, self.applier, self.bell, self.clock)
        self.reader = RunReader(self.database)

    def close(self) -> None:
        self.committer.close()
        self.database.close()

    def restart(self) -> None:
        self.close()
        self._open()

    async def start(
        self,
        text: str,
        inputs: JsonObject | None = None,
        key: str | None = None,
        *,
        files: dict[str, str] | None = None,
        trial: JsonObject | None = None,
    ) -> str:
        """Accept a run of `text`; `files` are the flows that lie beside it, by path."""
        plan, plans = planned(text, files)
        self._count += 1
        row = RunRow(
            run_id=f"run_{self._count:026}",
            flow="lab",
            title="Lab",
            plan_id=plan_id(plan),
            revision="r1",
            status="accepted",
            last_seq=0,
            idem_key=key,
            idem_hash=str(inputs),
            by="tester",
            created_at=self.clock.now_ms(),
        )
        more: JsonObject = {"trial": trial} if trial else {}
        new = NewRun(row, inputs or {}, {}, PlanIndex(plan), plans, more)
        run_id, _replayed = await self.engine.accept(new)
        return run_id

    async def claim(
        self, limit: int = 10, worker: str = "w1", lease_ms: int = 15_000
    ) -> list[Lease]:
        """Claim what is ready and append `task.started` for each."""
        now = self.clock.now_ms()

        def act(tx: Transaction) -> list[Lease]:
            leases = list(tx.claim(worker, now, now + lease_ms, limit, None))
            return [lease for lease in leases if self.applier.started(tx, lease, worker)]

        return await self.committer.submit(act)

    async def complete(self, lease: Lease, output: Json = None) -> None:
        await self.report(
            lease, Draft("task.completed", lease.path, lease.attempt, {"output": output})
        )

    async def fail(self, lease: Lease, code: str = "broken") -> None:
        error: JsonObject = {"code": code, "message": f"{lease.path} broke."}
        await self.report(lease, Draft("task.failed", lease.path, lease.attempt, {"error": error}))

    async def report(self, lease: Lease, *drafts: Draft) -> None:
        await self.engine.report(lease, drafts)

    async def pass_time(self, milliseconds: int) -> None:
        """Let time pass and every timer that is due fire."""
        self.clock.advance(milliseconds)
        now = self.clock.now_ms()

        def act(tx: Transaction) -> None:
            for timer in tx.due_timers(now, 100):
                self.applier.fire(tx, timer)

        await self.committer.submit(act)

    async def hear(self) -> None:
        """Let runs take in what others have told them, until all is said."""

        def act(tx: Transaction) -> int:
            found = tx.inbox(100)
            for message in found:
                self.applier.take_in(tx, message)
            return len(found)

        while await self.committer.submit(act):
            pass

    async def fork(self, source: str, kind: Literal["fork", "continue"], **more: Any) -> str:
        """Make a new run from an old one; `more` are fields of `Fork`."""
        self._count += 1
        run_id = f"run_{self._count:026}"
        fork = Fork(run_id, source, kind, "tester", self.clock.now_ms(), **more)
        return (await self.engine.fork(fork))[0]

    def status_of(self, run_id: str, path: str) -> str:
        """Return how the task at `path` stands."""
        task = fold_all(run_id, self.events(run_id)).tasks.get(path)
        return "pending" if task is None else task.status

    def events(self, run_id: str) -> Sequence[Event]:
        return self.reader.events(run_id, 0, 10_000)

    def types(self, run_id: str) -> list[str]:
        return [f"{event.type} {event.path}".strip() for event in self.events(run_id)]

    def summary(self, run_id: str) -> RunSummary:
        return self.reader.summary(run_id)

    def outputs(self, run_id: str) -> JsonObject | None:
        return self.reader.run(run_id).outputs

    def broken(self) -> list[str]:
        """Return every invariant that does not hold."""
        return check(self.database)
