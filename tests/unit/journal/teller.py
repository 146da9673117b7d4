"""A studio whose every run comes out the same to the byte: its clock, model and tools are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agentry import __version__
from agentry.agents.messages import Ask, Reply, ToolCall, Usage
from agentry.base.json import JsonObject
from agentry.engine.apply import Applier
from agentry.engine.engine import Engine
from agentry.engine.executor import MOST_CRASHES
from agentry.engine.perform import Bench, perform
from agentry.engine.port import Transaction
from agentry.engine.work import Work, take_along
from agentry.policy.gate import Gate
from agentry.policy.rules import load_policy
from agentry.store.traces import Traces
from agentry.tools.builtin import builtin_registry
from agentry.tools.port import CallContext, CallResult
from agentry.tools.registry import Registry
from tests.unit.engine.lab import Lab

POLICY = """
version: 1
rules:
  - {id: plain, allow: {tool: [echo, json_query, python]}}
  - {id: sure, ask: {tool: shell}}
"""
USED = Usage(10, 5, 0, 0.001)


def says(text: str) -> Reply:
    """Return an answer."""
    return Reply(text, (), USED, "told-1", "stop")


def calls(tool: str, args: JsonObject, text: str = "") -> Reply:
    """Return a turn that asks for one call."""
    return Reply(text, (ToolCall("x", tool, args),), USED, "told-1", "calls")


def tools() -> Registry:
    """Return the tools that are built in, but `shell` must not be made to do a thing twice."""
    known = builtin_registry()
    once = known.get("shell").model_copy(update={"repeat": "opaque"})
    return Registry(once if name == "shell" else known.get(name) for name in known.names())


@dataclass
class Told:
    """A model that says what it is told to, one reply after another, whoever asks."""

    replies: list[Reply] = field(default_factory=lambda: [])

    async def reply(self, ask: Ask, on_delta: Callable[[str], None]) -> Reply:
        return self.replies.pop(0)


class WorkerGone(BaseException):
    """The worker has crashed: nothing that it holds in memory is used again."""


@dataclass
class Hands:
    """Tools that give back what they are given.

    The first `failing` calls fail; where it `dies`, the next one takes its worker with it.
    """

    failing: int = 0
    dies: bool = False

    async def perform(self, tool: str, args: JsonObject, context: CallContext) -> CallResult:
        if self.dies:
            self.dies = False
            raise WorkerGone
        if self.failing:
            self.failing -= 1
            return CallResult(False, None, "tool_failed", "It did not work.")
        return CallResult(True, {"did": args})

    def at_once(self, tool: str, args: JsonObject) -> CallResult | None:
        return CallResult(True, args) if tool == "echo" else None

    async def reconcile(self, tool: str, context: CallContext) -> CallResult | None:
        return None


class Teller:
    """A lab that works through the real gate and the real loop of agents."""

    def __init__(self, folder: Path) -> None:
        self.lab = Lab(folder)
        self.model = Told()
        self.hands = Hands()
        registry = tools()
        gate = Gate(load_policy(POLICY, registry), registry, self.hands)
        lab = self.lab
        lab.applier = Applier(lab.clock, gate.at_once)
        lab.engine = Engine(lab.committer, lab.applier, lab.bell, lab.clock)
        self._bench = Bench(
            engine=lab.engine,
            gate=gate,
            registry=registry,
            model=lambda _provider: self.model,
            runs_folder=folder / "runs",
            secret=lambda _name: None,
            incident=repr,
        )

    async def work(self) -> None:
        """Work on what is ready, one task after another, until nothing is."""
        while works := await self.claim():
            for work in works:
                await self.perform(work)

    async def perform(self, work: Work) -> None:
        """Work on one task; where its worker dies, its lease runs out."""
        try:
            await perform(self._bench, work)
        except WorkerGone:
            self.lab.clock.advance(15_000)

    async def claim(self) -> list[Work]:
        """Take what is ready, and no more; whoever does not work on it has crashed."""
        now, applier = self.lab.clock.now_ms(), self.lab.applier

        def act(tx: Transaction) -> list[Work]:
            works: list[Work] = []
            for lease in tx.claim("teller", now, now + 15_000, 10, None):
                if lease.crash_count > MOST_CRASHES:
                    applier.crashed(tx, lease)
                    continue
                started = applier.started(tx, lease, "teller")
                if started is not None:
                    works.append(take_along(started[0], started[1], lease))
            return works

        works = await self.lab.committer.submit(act)
        return sorted(works, key=lambda work: work.lease.path)

    async def crash(self) -> None:
        """Take what is ready, and die: the lease runs out."""
        await self.claim()
        self.lab.clock.advance(15_000)

    async def answer(
        self, run_id: str, decision: str, *people: str, args: JsonObject | None = None
    ) -> None:
        """Let `people` answer the one open question."""
        [asked] = self.lab.reader.approvals("open")
        for who in people:
            await self.lab.engine.decide(run_id, asked.approval_id, decision, who, "told", args)

    def trace(self, run_id: str) -> str:
        """Return the trace of a run, as the studio writes it."""
        traces = Traces(self.lab.database, self.lab.reader, f"agentry {__version__}")
        return "".join(traces.pieces(run_id))

    def close(self) -> None:
        self.lab.close()
