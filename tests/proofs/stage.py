"""What a studio is beneath its doors, with tools whose effects are counted outside."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agentry.agents.scripted import ScriptedModel
from agentry.base.clock import Clock
from agentry.base.errors import AgentryError, Conflict
from agentry.base.process import is_alive
from agentry.engine.apply import Applier
from agentry.engine.bell import Bell
from agentry.engine.engine import Engine
from agentry.engine.executor import Executor, Identity
from agentry.engine.perform import Bench, perform
from agentry.journal.fold import fold_all
from agentry.policy.gate import Gate
from agentry.store.committer import Committer
from agentry.store.database import Database
from agentry.store.runs import RunReader
from tests.proofs import effects

_EPOCH = 1_700_000_000_000


class FastClock:
    """Real time, so many times as fast, and the same for every process that has this speed."""

    def __init__(self, speed: int) -> None:
        self._speed = speed
        self.woke = asyncio.Event()

    def now_ms(self) -> int:
        return _EPOCH + (time.time_ns() // 1_000_000 - _EPOCH) * self._speed

    def monotonic(self) -> float:
        return time.monotonic() * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)
        self.woke.set()


@dataclass(frozen=True)
class Stage:
    """An open database and what works on it; `executor` does nothing until it is run."""

    database: Database
    reader: RunReader
    engine: Engine
    bell: Bell
    executor: Executor

    async def send_what_is_awaited(self, run_id: str) -> None:
        """Send each message that the run waits for, with an id that stays the same."""
        state = fold_all(run_id, self.reader.events(run_id, 0, 10_000))
        for path, task in state.tasks.items():
            name = task.awaits.get("message")
            if task.status == "waiting" and isinstance(name, str):
                with suppress(Conflict):
                    await self.engine.send(run_id, name, {"n": 7}, f"for {path}", "shop")


@contextmanager
def stage(
    place: Path | str, home: Path, clock: Clock, linger: asyncio.Event, *, full_sync: bool = False
) -> Generator[Stage]:
    """Open the database at `place`; effects are counted in the folder `home`."""
    tools = effects.registry()
    performer = effects.EffectPerformer(tools, home / "effects", linger)
    gate = Gate(effects.policy(tools), tools, performer)
    database = Database(place, full_sync=full_sync)
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
        incident=partial(_note, home),
    )
    identity = Identity("proof", "proof", os.getpid())
    executor = Executor(engine, identity, partial(perform, bench), is_alive)
    try:
        yield Stage(database, RunReader(database), engine, bell, executor)
    finally:
        committer.close()
        database.close()


async def stop(work: asyncio.Task[None]) -> None:
    """Let an executor leave in order."""
    work.cancel()
    with suppress(asyncio.CancelledError, AgentryError):
        await work


def _note(home: Path, fault: BaseException) -> str:
    with (home / "faults").open("a") as faults:
        faults.write(f"{fault!r}\n")
    return repr(fault)
