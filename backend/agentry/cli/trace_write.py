"""Write a run's trace to a file, piece by piece."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

from agentry.cli.console import WrongUse
from agentry.cli.door import Door


async def keep_trace(door: Door, run_id: str, path: Path) -> None:
    """Write the trace of `run_id` to `path`; raise `WrongUse` where that cannot be written."""
    async with aclosing(door.trace(run_id)) as pieces:
        # A run that does not exist is known before the file is touched.
        first = await anext(pieces, "")
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                await asyncio.to_thread(file.write, first)
                async for piece in pieces:
                    await asyncio.to_thread(file.write, piece)
        except OSError as problem:
            raise WrongUse(f"The trace cannot be written to {path}: {problem.strerror}.") from None
