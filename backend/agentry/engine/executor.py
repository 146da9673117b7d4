"""Claim, work, report: the loop that advances runs, with the timers that fire on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from agentry.base.errors import AgentryError
from agentry.base.failpoint import failpoint
from agentry.base.ids import new_id
from agentry.engine.engine import Engine
from agentry.engine.errors import LeaseLost
from agentry.engine.port import Applied, Lease, Transaction
from agentry.engine.work import Work, take_along

LEASE_MS = 15_000
BEAT_S = 5.0
POLL_S = 1.0
MOST_CRASHES = 5
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Identity:
    """Who works here: by `host` and `pid` a new process ends the leases of a dead one at once."""

    name: str
    host: str
    pid: int


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Work under way here, and the fence of its lease."""

    task: asyncio.Task[None]
    fence: int


class Executor:
    """Works on up to `slots` tasks at a time; `only_run` keeps to one run."""

    def __init__(
        self,
        engine: Engine,
        identity: Identity,
        perform: Callable[[Work], Awaitable[None]],
        alive: Callable[[int], bool],
        *,
        slots: int = 32,
        only_run: str | None = None,
    ) -> None:
        self._engine = engine
        self._identity = identity
        self._perform = perform
        self._alive = alive
        self._slots = slots
        self._only_run = only_run
        self.worker_id = new_id("wrk")
        self._working: dict[tuple[str, str], _Held] = {}
        self._next_due: int | None = None
        self._seen_idle: set[tuple[str, str]] = set()
        engine.on_revoked(self._stop_work)

    async def run(self) -> None:
        """Work until cancelled, then let go of everything without counting a crash."""
        await self._join()
        beat = asyncio.create_task(self._heartbeat())
        try:
            while True:
                self._engine.doorbell.clear()
                if not await self._try_to_claim():
                    await self._wait()
        finally:
            beat.cancel()
            await self._drain()

    async def _join(self) -> None:
        who, now = self._identity, self._engine.clock.now_ms()

        def act(tx: Transaction) -> None:
            tx.expire_dead(who.host, self._alive, now)
            tx.join(self.worker_id, who.name, who.host, who.pid, now)

        await self._engine.store.submit(act)

    async def _drain(self) -> None:
        self._stop_all()
        if self._working:
            await asyncio.wait([held.task for held in self._working.values()], timeout=5)
        now = self._engine.clock.now_ms()
        failpoint("leave.before")
        await self._engine.store.submit(lambda tx: tx.leave(self.worker_id, now))

    async def _try_to_claim(self) -> bool:
        """Claim; where the store cannot be written, say so and try again after a while."""
        try:
            more = await self._claim()
        except AgentryError as problem:
            self._engine.trouble = problem
            return False
        return more

    async def _claim(self) -> bool:
        """Fire what is due and take what is ready; return whether to look again at once."""
        free = self._slots - len(self._working)
        found, applied, self._next_due = await self._engine.store.submit(
            lambda tx: self._take(tx, free)
        )
        failpoint("claim.after")
        for change in applied:
            self._engine.announce(change)
        for work in found:
            self._begin(work)
        return bool(found) and len(self._working) < self._slots

    def _take(self, tx: Transaction, free: int) -> tuple[list[Work], list[Applied], int | None]:
        applier, now = self._engine.applier, self._engine.clock.now_ms()
        applied = [applier.fire(tx, timer) for timer in tx.due_timers(now, _AT_ONCE)]
        heard = [applier.take_in(tx, message) for message in tx.inbox(_AT_ONCE)]
        applied += [change for change in heard if change is not None]
        works: list[Work] = []
        leases: Sequence[Lease] = (
            tx.claim(self.worker_id, now, now + LEASE_MS, free, self._only_run) if free else []
        )
        for lease in leases:
            if lease.crash_count > MOST_CRASHES:
                applied.append(applier.crashed(tx, lease))
                continue
            started = applier.started(tx, lease, self._identity.name)
            if started is not None:
                index, state, change = started
                works.append(take_along(index, state, lease))
                applied.append(change)
        return works, applied, tx.next_due()

    def _begin(self, work: Work) -> None:
        key = (work.lease.run_id, work.lease.path)
        task = asyncio.create_task(self._work(work), name=f"work {key[0]} {key[1]}")
        held = _Held(task, work.lease.fence)
        self._working[key] = held

        def done(_finished: asyncio.Task[None]) -> None:
            if self._working.get(key) is held:
                del self._working[key]
            self._engine.doorbell.set()

        task.add_done_callback(done)

    async def _work(self, work: Work) -> None:
        try:
            await self._perform(work)
        except LeaseLost:
            return
        except AgentryError as problem:
            # The store could not be written: the heartbeat hands the task on for another try.
            self._engine.trouble = problem

    def _stop_work(self, run_id: str, path: str) -> None:
        held = self._working.get((run_id, path))
        if held is not None:
            held.task.cancel()

    async def _wait(self) -> None:
        now = self._engine.clock.now_ms()
        wait_s = POLL_S
        if self._next_due is not None:
            wait_s = max(0.0, min(POLL_S, (self._next_due - now) / 1000))
        if len(self._working) >= self._slots:
            wait_s = POLL_S
        # Not `wait_for`: on 3.11 it swallows a cancel that comes together with the bell.
        with suppress(TimeoutError):
            async with asyncio.timeout(max(wait_s, 0.005)):
                await self._engine.doorbell.wait()

    async def _heartbeat(self) -> None:
        """Keep the leases; stop work whose lease is gone, or may be: the store does not answer."""
        clock = self._engine.clock
        kept_at = clock.monotonic()
        while True:
            await clock.sleep(BEAT_S)
            failpoint("heartbeat.before")
            now = clock.now_ms()
            try:
                live = await self._engine.store.submit(
                    lambda tx, now=now: tx.extend(self.worker_id, now + LEASE_MS, now)
                )
            except AgentryError as problem:
                self._engine.trouble = problem
                if clock.monotonic() - kept_at > LEASE_MS / 1000 - 3:
                    self._stop_all()
                continue
            failpoint("heartbeat.after")
            kept_at = clock.monotonic()
            # A heartbeat always writes: when it goes through, the store can be written again.
            self._engine.trouble = None
            held = {(run_id, path): fence for run_id, path, fence in live}
            await self._hand_on(held)
            for key, ours in list(self._working.items()):
                if held.get(key) != ours.fence:
                    self._stop_work(*key)

    async def _hand_on(self, held: dict[tuple[str, str], int]) -> None:
        """Let go of leases that nobody here works on any more, such as after a full disk."""
        idle = [key for key in held if key not in self._working and key in self._seen_idle]
        self._seen_idle = {key for key in held if key not in self._working}

        def act(tx: Transaction) -> None:
            for run_id, path in idle:
                tx.let_go(self.worker_id, run_id, path)

        if idle:
            with suppress(AgentryError):
                await self._engine.store.submit(act)
                self._engine.doorbell.set()

    def _stop_all(self) -> None:
        for key in list(self._working):
            self._stop_work(*key)
