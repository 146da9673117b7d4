"""One process that works on one run until it has ended: what the kill matrix kills."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from agentry.base.errors import Conflict
from agentry.journal.state import ENDED
from tests.proofs.plans import new_run
from tests.proofs.stage import FastClock, Stage, stage, stop

RUN = f"run_{1:026}"
SPEED = 20


async def play(place: Path | str, home: Path, name: str) -> None:
    """Accept the run (once), work on it, say yes to whatever is asked; return when it has ended."""
    clock = FastClock(SPEED)
    with stage(place, home, clock, clock.woke) as on:
        await on.engine.accept(new_run(name, RUN, clock.now_ms()))
        work = asyncio.create_task(on.executor.run())
        await _until_ended(on)
        await stop(work)


async def _until_ended(on: Stage) -> None:
    with on.bell.listen() as inbox:
        while on.reader.summary(RUN).status not in ENDED:
            for asked in on.reader.approvals("open"):
                for person in ("ana", "bo")[: asked.need]:
                    with suppress(Conflict):
                        decide = (asked.run_id, asked.approval_id, "approve", person, "", None)
                        await on.engine.decide(*decide)
            await on.send_what_is_awaited(RUN)
            await inbox.next(0.25)
