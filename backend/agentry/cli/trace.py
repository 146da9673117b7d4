"""`agentry trace`: write, keep, check and convert traces."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path

from agentry.base.settings import load_settings
from agentry.cli import console
from agentry.cli.door import open_door
from agentry.cli.trace_open import open_file, opened
from agentry.cli.trace_write import keep_trace
from agentry.engine.importing import Imported
from agentry.engine.verify import Problem, Verdict, verify
from agentry.journal.old_trace import convert, looks_old
from agentry.journal.trace import trace_lines
from agentry.journal.trace_read import BadTrace, TraceReader


def export(run_id: str, output: Path | None) -> int:
    """Write the trace of a run; raise `NotFound`, `WrongUse`."""

    async def whole() -> int:
        async with open_door(load_settings()) as door:
            if output is not None:
                await keep_trace(door, run_id, output)
                return console.OK
            async with aclosing(door.trace(run_id)) as pieces:
                async for piece in pieces:
                    sys.stdout.write(piece)
        sys.stdout.flush()
        return console.OK

    return asyncio.run(whole())


def take_in(file: Path, *, as_json: bool) -> int:
    """Keep the trace in `file` as a run; raise `BadTrace`, `TraceRefused`."""
    from agentry.wiring import open_app

    async def whole() -> Imported:
        # In this process even where a studio runs: both may write to the data folder.
        async with open_app(load_settings(), work=False) as app:
            return await app.import_trace(lambda: open_file(file))

    kept = asyncio.run(whole())
    if as_json:
        console.out_json({"run_id": kept.run_id, "events": kept.events, "new": kept.new})
    else:
        said = "is kept, to be looked at" if kept.new else "was here already, event for event"
        console.out(f"Run {kept.run_id} {said} ({kept.events} events).")
    return console.OK


def check(trace: str, *, as_json: bool) -> int:
    """Say whether a trace holds; return 1 where it does not."""
    with opened(trace) as file:
        verdict = _verdict(file)
    problem = verdict.problem
    if as_json:
        console.out_json({"ok": problem is None, **asdict(verdict)})
    elif problem is None:
        console.out(
            f"✓ {verdict.run_id}: {verdict.events} events, all of which follow"
            f" ({verdict.facts} facts taken in again; sha256 {verdict.sha256})."
        )
    else:
        console.say(f"✗ {verdict.run_id or trace}: {problem.message}")
    return console.OK if problem is None else console.FAILED


def _verdict(lines: Iterable[bytes]) -> Verdict:
    try:
        return verify(TraceReader(lines))
    except BadTrace as unreadable:
        said = f"{unreadable.detail} {unreadable.hint}".strip()
        return Verdict("", "", "", 0, 0, "", Problem(said))


def convert_old(file: Path, output: Path | None) -> int:
    """Write an old trace in today's form; raise `WrongUse` where it is no old one."""
    with open_file(file) as opened_file:
        content = opened_file.read()
    if content and not looks_old(content):
        raise console.WrongUse(f"{file} is a trace of today's form already.")
    old = convert(content)
    for left_out in old.skipped:
        console.say(left_out)
    text = "".join(trace_lines(old.header, old.events))
    if output is None:
        console.out(text)
        return console.OK
    try:
        output.write_text(text, encoding="utf-8", newline="")
    except OSError as problem:
        raise console.WrongUse(f"{output} cannot be written: {problem.strerror}.") from None
    console.out(f"{output}: {len(old.events)} events, {len(old.skipped)} lines left out.")
    return console.OK
