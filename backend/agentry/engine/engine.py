"""The engine's face: facts go in, listeners hear about them after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from agentry.base.clock import Clock
from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.engine import operate
from agentry.engine.answer import answer
from agentry.engine.apply import Applier, Fact, NewRun
from agentry.engine.bell import Bell, Delta
from agentry.engine.change import Change
from agentry.engine.forking import Fork, forked
from agentry.engine.port import Applied, Lease, Store, Transaction
from agentry.journal.events import Draft
from agentry.policy.votes import Principal


class Engine:
    """Submits facts to the store and rings after each commit. Lives in one event loop."""

    def __init__(self, store: Store, applier: Applier, bell: Bell, clock: Clock) -> None:
        self.store = store
        self.applier = applier
        self.bell = bell
        self.clock = clock
        self.doorbell = asyncio.Event()
        self.trouble: AgentryError | None = None
        """Why the store cannot be written at the moment; None where it can."""
        self._on_revoked: list[Callable[[str, str], None]] = []

    def on_revoked(self, tell: Callable[[str, str], None]) -> None:
        """Call `tell(run_id, path)` whenever somebody must stop working on a task."""
        self._on_revoked.append(tell)

    async def accept(self, new: NewRun) -> tuple[str, bool]:
        """Make the run exist; return its id and whether the key had made it before."""
        run_id, applied = await self.store.submit(lambda tx: self.applier.accept(tx, new))
        if applied is not None:
            self.announce(applied)
        return run_id, applied is None

    async def fork(self, fork: Fork) -> tuple[str, bool]:
        """Make a new run from an old one; return its id and whether the key had made it before."""

        def make(tx: Transaction) -> tuple[str, Applied | None]:
            return self.applier.accept(tx, forked(fork, *self.applier.source(tx, fork.source)))

        run_id, applied = await self.store.submit(make)
        if applied is not None:
            self.announce(applied)
        return run_id, applied is None

    async def report(self, lease: Lease, drafts: Sequence[Draft]) -> int:
        """Append what the holder of `lease` saw or did; return the seq of the run's last event.

        Raises `LeaseLost`, and `BudgetExceeded` where a purse is asked and holds too little.
        """
        applied = await self.store.submit(lambda tx: self.applier.report(tx, lease, drafts))
        self.announce(applied)
        return applied.hint.seq

    async def decide(
        self,
        run_id: str,
        approval_id: str,
        decision: str,
        by: str,
        reason: str,
        args: JsonObject | None,
        who: Principal | None = None,
    ) -> None:
        """Answer a question, once; raise `AlreadyDecided`, `NotAsked`, `SelfApproval`."""
        await self._act(run_id, lambda to: answer(to, approval_id, decision, by, reason, args, who))

    async def cancel(self, run_id: str, by: str, reason: str) -> None:
        """Stop a run; raise `RunEnded`."""
        await self._act(run_id, lambda to: operate.cancel(to, by, reason))

    async def pause(self, run_id: str, by: str, reason: str) -> None:
        """Let a run begin nothing new; raise `RunEnded`."""
        await self._act(run_id, lambda to: operate.pause(to, by, reason))

    async def resume(self, run_id: str, by: str) -> None:
        """Let a paused run go on; raise `RunEnded`."""
        await self._act(run_id, lambda to: operate.resume(to, by))

    async def send(self, run_id: str, name: str, payload: Json, msg_id: str, by: str) -> bool:
        """Give a run a message; return False where it had it already. Raises `RunEnded`."""
        fresh: list[bool] = []

        def fact(to: Change) -> None:
            fresh[:] = [operate.receive(to, name, payload, msg_id, by)]

        await self._act(run_id, fact)
        return fresh[0]

    async def set_breakpoints(self, run_id: str, paths: Sequence[str], by: str) -> None:
        """Hold these tasks before they begin; raise `UnknownPlace`, `RunEnded`."""
        await self._act(run_id, lambda to: operate.set_breakpoints(to, paths, by))

    async def release(
        self, run_id: str, path: str, *, step: bool, given: JsonObject | None, by: str
    ) -> None:
        """Let a held task begin; raise `NotHeld`, `RunEnded`."""
        await self._act(run_id, lambda to: operate.release(to, path, step=step, given=given, by=by))

    async def skip(self, run_id: str, path: str, *, output: Json, by: str) -> None:
        """End a held task without running it; raise `NotHeld`, `RunEnded`."""
        await self._act(run_id, lambda to: operate.skip(to, path, by, output))

    def show(self, delta: Delta) -> None:
        """Pass words on as they stream."""
        self.bell.ring(delta)

    def announce(self, applied: Applied) -> None:
        """Tell this process what has just been committed."""
        self.bell.ring(applied.hint)
        if applied.wakes:
            self.doorbell.set()
        for path in applied.revoked:
            for tell in self._on_revoked:
                tell(applied.hint.run_id, path)
        for other in applied.also:
            self.announce(other)

    async def _act(self, run_id: str, fact: Fact) -> None:
        self.announce(await self.store.submit(lambda tx: self.applier.act(tx, run_id, fact)))
