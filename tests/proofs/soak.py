"""Workers killed and stopped at random, a database that restarts, and runs that must all end well.

`make soak`, or `python -m tests.proofs.soak`. SOAK_SECONDS (600) says for how long, SOAK_SEED where
the dice begin, SOAK_DB=sqlite has one worker on a file in place of three on a Postgres.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from agentry.base.errors import AgentryError, Conflict
from agentry.engine.executor import LEASE_MS
from agentry.journal.state import ENDED
from agentry.store.database import Database
from tests.postgres import Cluster, programs
from tests.proofs.flows import FLOWS
from tests.proofs.monkey import Monkey
from tests.proofs.nursery import Nursery
from tests.proofs.plans import new_run
from tests.proofs.stage import FastClock, Stage, stage
from tests.proofs.verdict import Verdict, judge

SPEED = 4
LEASE_S = LEASE_MS / 1000 / SPEED
WORKERS = 3
MOST_OPEN = 12
PAUSE_S = 0.05
_MOST_LINES = 80


class Stuck(Exception):
    """Runs are open, and for three leases nothing has happened in any of them."""


@dataclass
class Soak:
    """The one process that is never killed: it starts runs, answers and watches."""

    on: Stage
    clock: FastClock
    monkey: Monkey
    chance: random.Random
    accepted: dict[str, str] = field(default_factory=lambda: {})
    open: set[str] = field(default_factory=lambda: set())
    _over: bool = False
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, seconds: float) -> None:
        """Soak for so long, then let all runs end in peace; raise `Stuck`."""
        monkey = self.monkey
        monkey.begin(WORKERS if monkey.cluster else 1)
        async with asyncio.TaskGroup() as group:
            for work in (self._people(), self._watch()):
                group.create_task(work)
            await self._in_peace()
            evil = [group.create_task(one()) for one in (self._feed, monkey.kill, monkey.restart)]
            await asyncio.sleep(seconds)
            monkey.over = True
            monkey.moved.set()
            await asyncio.wait(evil)
            self._over = True
        assert not self.open

    async def _in_peace(self) -> None:
        """Let each flow complete once before anything happens: so it is known what it does."""
        for flow in FLOWS:
            await self._accept(flow)
        self._quiet.clear()
        await self._quiet.wait()

    async def _feed(self) -> None:
        """Accept one run after another; one whose answer was lost is asked for again."""
        while not self.monkey.over:
            if len(self.open) < MOST_OPEN:
                await self._accept(self.chance.choice(list(FLOWS)))
            await asyncio.sleep(self.chance.random() * PAUSE_S)

    async def _accept(self, flow: str) -> None:
        new = new_run(flow, f"run_{len(self.accepted) + 1:026}", self.clock.now_ms())
        while True:
            with suppress(AgentryError):
                await self.on.engine.accept(new)
                break
            await asyncio.sleep(PAUSE_S)
        self.accepted[new.row.run_id] = flow
        self.open.add(new.row.run_id)

    async def _people(self) -> None:
        """Answer every question and send every message; one call in doubt of four is let go."""
        while not (self._over and not self.open):
            with suppress(AgentryError):
                for asked in self.on.reader.approvals("open"):
                    word = "approve"
                    if asked.rule == "in_doubt" and self.chance.random() < 0.25:
                        word = "deny"
                    for person in ("ana", "bo")[: asked.need]:
                        with suppress(Conflict):
                            decide = (asked.run_id, asked.approval_id, word, person, "", None)
                            await self.on.engine.decide(*decide)
                for run_id in [one for one in self.open if self.accepted[one] == "message"]:
                    await self.on.send_what_is_awaited(run_id)
            await asyncio.sleep(PAUSE_S)

    async def _watch(self) -> None:
        """Forget runs that have ended; raise `Stuck` where three leases go by without an event."""
        loop = asyncio.get_running_loop()
        length: dict[str, int] = {}
        moved = loop.time()
        while not (self._over and not self.open):
            with suppress(AgentryError):
                for run_id in list(self.open):
                    summary = self.on.reader.summary(run_id)
                    if summary.status in ENDED:
                        self.open.discard(run_id)
                    if length.get(run_id) != summary.last_seq:
                        length[run_id], moved = summary.last_seq, loop.time()
                        self.monkey.moved.set()
            if self.monkey.down or not self.open:
                moved = loop.time()
            if loop.time() - moved > 3 * LEASE_S:
                raise Stuck(self._journals())
            if not self.open:
                self._quiet.set()
            self.monkey.keep_alive()
            await asyncio.sleep(PAUSE_S)

    def _journals(self) -> str:
        lines: list[str] = []
        for run_id in sorted(self.open):
            lines.append(f"{run_id} {self.accepted[run_id]} {self.on.reader.summary(run_id)}")
            lines += [f"  {event}" for event in self.on.reader.events(run_id, 0, 10_000)]
        return "\n".join(lines)


@contextmanager
def _place(home: Path, kind: str) -> Generator[tuple[Path | str, Cluster | None]]:
    if kind == "sqlite":
        yield home / "soak.db", None
        return
    folder = programs()
    if folder is None:
        sys.exit("Postgres is not installed (Debian: apt install postgresql); or SOAK_DB=sqlite.")
    cluster = Cluster(folder)
    try:
        yield cluster.create(), cluster
    finally:
        cluster.remove()


async def soak(home: Path, seconds: float, *, seed: int, kind: str) -> tuple[Counter[str], Verdict]:
    """Soak in the folder `home`; return what was done to it and what came of it."""
    clock, at_once = FastClock(SPEED), asyncio.Event()
    with (
        _place(home, kind) as (place, cluster),
        stage(place, home, clock, at_once, full_sync=True) as on,
        Nursery(place, home, SPEED) as nursery,
    ):
        monkey = Monkey(nursery, cluster, random.Random(seed), LEASE_S)
        soaked = Soak(on, clock, monkey, random.Random(seed))
        await soaked.run(seconds)
        database = Database(place)
        verdict = judge(database, soaked.accepted, home / "effects")
        database.close()
        return monkey.counts, verdict


def main() -> int:
    """Soak and print what came of it; return 1 where anything was lost, repeated or broken."""
    seconds = float(os.environ.get("SOAK_SECONDS", "600"))
    seed = int(os.environ.get("SOAK_SEED", "0")) or random.randrange(1, 100_000)
    kind = os.environ.get("SOAK_DB", "postgres")
    home = Path(tempfile.mkdtemp(prefix="soak-"))
    counts, verdict = asyncio.run(soak(home, seconds, seed=seed, kind=kind))
    faults = home / "faults"
    broken = [*verdict.broken, *(faults.read_text().splitlines() if faults.exists() else [])]
    figures = {
        "seed": seed,
        "runs": sum(verdict.ended.values()),
        **verdict.ended,
        **{f"failed: {code}": count for code, count in verdict.errors.items()},
        **{name: counts[name] for name in ("kills", "stops", "restarts")},
        "calls in doubt": verdict.doubts,
        "caught by their key": verdict.caught,
        "lost": len(verdict.lost),
        "repeated": len(verdict.repeated),
        "broken": len(broken),
    }
    found = [*verdict.lost, *verdict.repeated, *broken]
    lines = [*(f"{name:24} {figure}" for name, figure in figures.items()), *found[:_MOST_LINES]]
    sys.stdout.write("\n".join(lines) + "\n")
    if found:
        sys.stdout.write(f"What is left lies in {home}.\n")
        return 1
    shutil.rmtree(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
