"""A whole studio in this process, on a data folder of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from agentry.base.json import JsonObject
from agentry.base.settings import load_settings
from agentry.engine.compile import FlowText
from agentry.engine.verify import verify
from agentry.journal.events import Event
from agentry.journal.state import ENDED
from agentry.journal.trace_read import TraceReader
from agentry.store.records import RunSummary
from agentry.wiring import App, open_app

LONGEST_S = 60.0


@asynccontextmanager
async def studio(folder: Path, *, work: bool = True) -> AsyncGenerator[App]:
    """Open a studio whose data lies in `folder`; in the end all of its journals must prove."""
    flows = folder / "flows"
    flows.mkdir(exist_ok=True)
    settings = load_settings(home=folder / "home", folder=flows)
    async with open_app(settings, work=work) as app:
        yield app
        assert unproven(app) == []


def unproven(app: App) -> list[str]:
    """Return what is wrong with the traces of all runs."""
    found: list[str] = []
    for summary in app.runs.summaries(limit=500):
        lines = "".join(app.trace(summary.run_id)).encode().splitlines(keepends=True)
        problem = verify(TraceReader(lines)).problem
        if problem is not None:
            found.append(f"{summary.run_id}: {problem.message}")
    return found


async def start(app: App, text: str, inputs: JsonObject | None = None) -> str:
    """Accept a run of the flow `text`; return its id."""
    source = FlowText("sample", text, app.settings.home.parent / "flows")
    return (await app.accept(source, inputs or {}, by="tester")).run_id


async def until(app: App, run_id: str, *statuses: str) -> RunSummary:
    """Return the run's row once it has one of `statuses` (by default: once it has ended)."""
    wanted = set(statuses) or ENDED
    with app.bell.listen() as inbox:
        summary = app.runs.summary(run_id)
        while summary.status not in wanted:
            assert await inbox.next(LONGEST_S) is not None, f"{run_id} stays {summary.status}"
            summary = app.runs.summary(run_id)
        return summary


def events(app: App, run_id: str, *types: str) -> list[Event]:
    """Return the run's events, all or of some types."""
    found = app.runs.events(run_id, 0, 10_000)
    return [event for event in found if not types or event.type in types]
