"""The engine's face: facts go in, listeners hear about them after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from agentry.base.clock import Clock
from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.engine.apply import Applier, NewRun
from agentry.engine.bell import Bell, Delta
from agentry.engine.port import Applied, Lease, Store, Transaction
from agentry.journal.events import Draft


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

    async def report(self, lease: Lease, drafts: Sequence[Draft]) -> None:
        """Append what the holder of `lease` saw or did; raise `LeaseLost`."""
        self.announce(await self.store.submit(lambda tx: self.applier.report(tx, lease, drafts)))

    async def decide(
        self,
        run_id: str,
        approval_id: str,
        decision: str,
        by: str,
        reason: str,
        args: JsonObject | None,
    ) -> None:
        """Answer a question, once; raise `AlreadyDecided`."""

        def act(tx: Transaction) -> Applied:
            return self.applier.decide(tx, run_id, approval_id, decision, by, reason, args)

        self.announce(await self.store.submit(act))

    async def cancel(self, run_id: str, by: str, reason: str) -> None:
        """Stop a run; raise `RunEnded`."""
        self.announce(
            await self.store.submit(lambda tx: self.applier.cancel(tx, run_id, by, reason))
        )

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
