"""One run whose only task sends something out; its worker dies and another one takes over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agentry.agents.scripted import ScriptedModel
from agentry.base.json import JsonObject
from agentry.engine.apply import NewPlan, NewRun
from agentry.engine.freeze import make_plan
from agentry.engine.perform import Bench, perform
from agentry.engine.plan import ModelChoice, PlanIndex, plan_id, plan_json
from agentry.engine.port import RunRow, Transaction
from agentry.engine.work import Work, take_along
from agentry.flow.graph import build
from agentry.flow.read import read
from agentry.journal.events import Event
from agentry.policy.gate import Gate
from agentry.policy.rules import Policy, load_policy
from agentry.policy.votes import Principal
from agentry.store.records import RunSummary
from agentry.tools.manifest import Manifest
from agentry.tools.port import Performer
from agentry.tools.registry import Registry
from tests.integration.effects.outside import Crash, MortalEngine, Outside
from tests.unit.engine.lab import Lab

FLOW = "tasks: [{id: out, tool: send, with: {to: ana}}]"
ALLOW = "version: 1\nrules: [{id: send, allow: {tool: send}}]"
ASK = "version: 1\nrules: [{id: send, ask: {tool: send}}]"


@dataclass
class Stage:
    """A lab, the world outside, and a gate between them."""

    lab: Lab
    outside: Outside
    folder: Path
    manifest: Manifest
    policy_text: str = ALLOW
    performer: Performer | None = None

    @property
    def registry(self) -> Registry:
        return Registry([self.manifest])

    def policy(self) -> Policy:
        return load_policy(self.policy_text, self.registry)

    def bench(self) -> Bench:
        return Bench(
            engine=MortalEngine(self.lab.engine, self.outside),
            gate=Gate(self.policy(), self.registry, self.performer or self.outside),
            registry=self.registry,
            model=lambda _provider: ScriptedModel(),
            runs_folder=self.folder / "runs",
            secret=lambda _name: None,
            incident=repr,
        )

    async def start(self, text: str = FLOW, *, attended: bool = True) -> str:
        """Accept a run of `text`."""
        names = frozenset(self.registry.names())
        reading = read(text, name="stage", known_tools=names)
        assert reading.document is not None, reading.diagnostics
        plan = make_plan(
            reading.document,
            flow="stage",
            graph=build(reading.document).to_json(),
            tools={},
            choose=lambda ref: ModelChoice("scripted", ref, {}),
        )
        row = RunRow(
            run_id=f"run_{1:026}",
            flow="stage",
            title="Stage",
            plan_id=plan_id(plan),
            revision="r1",
            status="accepted",
            last_seq=0,
            idem_key=None,
            idem_hash="",
            by="tester",
            created_at=self.lab.clock.now_ms(),
        )
        kept = NewPlan(row.plan_id, "stage", plan_json(plan), text)
        more: JsonObject = {} if attended else {"attended": False}
        new = NewRun(row, {}, {}, PlanIndex(plan), (kept,), more)
        return (await self.lab.engine.accept(new))[0]

    async def claim(self, worker: str) -> list[Work]:
        now, applier = self.lab.clock.now_ms(), self.lab.applier

        def act(tx: Transaction) -> list[Work]:
            works: list[Work] = []
            for lease in tx.claim(worker, now, now + 15_000, 10, None):
                started = applier.started(tx, lease, worker)
                if started is not None:
                    works.append(take_along(started[0], started[1], lease))
            return works

        return await self.lab.committer.submit(act)

    async def work(self, worker: str) -> bool:
        """Let a worker do what is ready; return False where it died, its lease then runs out."""
        try:
            for work in await self.claim(worker):
                await perform(self.bench(), work)
        except Crash:
            self.lab.clock.advance(15_000)
            return False
        return True

    async def answer(
        self,
        run_id: str,
        decision: str,
        args: JsonObject | None = None,
        *,
        by: str = "ana",
        groups: tuple[str, ...] | None = None,
    ) -> str:
        """Answer the one open question of the run; return what was asked.

        `groups` None: as the one person of a studio without accounts.
        """
        [question] = self.lab.reader.approvals("open")
        who = None if groups is None else Principal(by, frozenset(groups))
        given = (run_id, question.approval_id, decision, by, "", args, who)
        await self.lab.engine.decide(*given)
        return question.ask

    def events(self, run_id: str, *types: str) -> Sequence[Event]:
        return [event for event in self.lab.events(run_id) if event.type in types]

    def summary(self, run_id: str) -> RunSummary:
        return self.lab.summary(run_id)
