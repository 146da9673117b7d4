"""Where a trace comes from: a file, standard input, or a run of this studio."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from agentry.base.json import JsonObject
from agentry.base.settings import load_settings
from agentry.cli.console import WrongUse
from agentry.cli.door import open_door
from agentry.journal.events import Event
from agentry.journal.old_trace import convert, looks_old
from agentry.journal.trace_read import TraceReader

_IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Story:
    """A trace of any form, to be told once. `skipped` says what of an old one is left out."""

    header: JsonObject
    events: Iterator[Event]
    skipped: tuple[str, ...] = ()


@contextmanager
def opened(given: str) -> Generator[IO[bytes]]:
    """Open the trace that `given` names; raise `WrongUse`, `NotFound`."""
    if given == "-":
        yield sys.stdin.buffer
        return
    path = Path(given)
    if given.startswith("run_") and not path.exists():
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            asyncio.run(_fetch(given, file))
            file.seek(0)
            yield file
        return
    with open_file(path) as file:
        yield file


@contextmanager
def open_file(path: Path) -> Generator[IO[bytes]]:
    """Open a file of a trace; raise `WrongUse`."""
    try:
        with path.open("rb") as file:
            yield file
    except OSError as problem:
        raise WrongUse(
            f"The trace {path} cannot be read: {problem.strerror}.",
            hint="Give a file, or the id of a run.",
        ) from None


async def _fetch(run_id: str, file: IO[bytes]) -> None:
    async with open_door(load_settings()) as door, aclosing(door.trace(run_id)) as pieces:
        async for piece in pieces:
            file.write(piece.encode())


def told(lines: Iterable[bytes]) -> Story:
    """Return the trace in `lines`, of today's form or the older one; raise `BadTrace`."""
    rest = iter(lines)
    first = next(rest, b"")
    if looks_old(first):
        old = convert(b"".join([first, *rest]))
        return Story(old.header, iter(old.events), tuple(old.skipped))
    reader = TraceReader(chain([first], rest))
    return Story(reader.header, reader.events())
