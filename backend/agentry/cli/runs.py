"""`agentry runs`: what ran, how it went, and its events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from typing import get_args

from rich.table import Table
from rich.text import Text

from agentry.base.json import Json, JsonObject, encode
from agentry.base.settings import load_settings
from agentry.cli import console, report
from agentry.cli.door import Door, open_door
from agentry.flow.expr import as_text
from agentry.journal.state import RunStatus

_STYLES = {"completed": "green", "failed": "red", "waiting": "yellow", "running": "cyan"}
_MOST_LETTERS = 160
STATUSES: tuple[str, ...] = get_args(RunStatus)


def through(act: Callable[[Door], Awaitable[int]]) -> int:
    """Do something with the studio; return its exit code."""

    async def whole() -> int:
        async with open_door(load_settings()) as door:
            return await act(door)

    return asyncio.run(whole())


def ls(flow: str | None, status: str | None, limit: int, *, as_json: bool) -> int:
    """List runs, newest first; raise `WrongUse` for a status that no run has."""
    if status is not None and status not in STATUSES:
        raise console.WrongUse(
            f"No run has the status {status!r}.", hint=f"Known: {', '.join(STATUSES)}."
        )

    async def act(door: Door) -> int:
        found = await door.runs(flow, status, limit)
        if as_json:
            console.out_json({"runs": found})
        elif not found:
            filtered = flow is not None or status is not None
            console.say("No run fits." if filtered else "There are no runs yet.")
        else:
            console.rich_out().print(_table(found))
        return console.OK

    return through(act)


_WIDTHS = {"RUN": 30, "STATUS": 9, "STARTED": 15, "TOOK": 6}


def _table(found: list[JsonObject]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("RUN", "FLOW", "STATUS", "STARTED", "TOOK"):
        # Only the flow's name gives way where the terminal is narrow.
        table.add_column(name, no_wrap=True, min_width=None if name == "FLOW" else _WIDTHS[name])
    for run in found:
        status = str(run.get("status"))
        spent = report.seconds(run)
        table.add_row(
            str(run.get("run_id")),
            str(run.get("flow")),
            Text(status, style=_STYLES.get(status, "")),
            when(run.get("created_at")),
            "" if spent is None else f"{spent:.1f} s",
        )
    return table


def when(stamp: Json) -> str:
    """Return a time (ms UTC) as the clock on this wall shows it."""
    if not isinstance(stamp, int):
        return ""
    there = datetime.fromtimestamp(stamp / 1000, tz=UTC)
    return there.astimezone().strftime("%b %d %H:%M:%S")


def show(run_id: str, *, as_json: bool) -> int:
    """Show one run."""

    async def act(door: Door) -> int:
        run = await door.run(run_id)
        if as_json:
            console.out_json(run)
            return console.OK
        report.show(run, load_settings().home / "runs" / run_id / "workspace")
        console.out(f"started: {when(run.get('created_at'))} by {run.get('by')}")
        inputs = run.get("inputs")
        for name, value in inputs.items() if isinstance(inputs, dict) else ():
            console.out(f"input {name}: {as_text(value)[:_MOST_LETTERS]}")
        if isinstance(run.get("error"), dict):
            report.say_why(run)
        return console.OK

    return through(act)


def events(run_id: str, after: int, *, follow: bool, as_json: bool) -> int:
    """Print events: JSON Lines, or one readable line each."""

    async def act(door: Door) -> int:
        if follow:
            await door.run(run_id)
            async with aclosing(door.follow(run_id, after)) as coming:
                async for event in coming:
                    console.out(encode(event) if as_json else _line(event))
            return console.OK
        found = await door.events(run_id, after)
        if as_json:
            console.out_json({"events": found})
        else:
            for event in found:
                console.out(_line(event))
        return console.OK

    return through(act)


def _line(event: JsonObject) -> str:
    data = as_text(event.get("data"))
    cut = data if len(data) <= _MOST_LETTERS else data[: _MOST_LETTERS - 1] + "…"
    path = event.get("path") or "-"
    return f"{event.get('seq'):>5}  {when(event.get('ts'))}  {event.get('type'):<20} {path}  {cut}"
