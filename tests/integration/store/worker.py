"""A studio process that works on the runs of a shared database until its input ends."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agentry.base.settings import load_settings
from agentry.wiring import open_app


async def work(home: Path, db: str) -> None:
    async with open_app(load_settings(home=home, folder=home, db=db)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
