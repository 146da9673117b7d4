"""Two questions about a run that others ask while it goes on."""

from __future__ import annotations

from agentry.base.errors import NotFound
from agentry.journal.events import Event
from agentry.journal.state import ENDED
from agentry.store.runs import RunReader


def history(runs: RunReader, run_id: str, seq: int) -> tuple[str, list[Event]]:
    """Return the flow of a run and its events up to `seq`; raise `NotFound`."""
    return runs.summary(run_id).flow, runs.events(run_id, 0, seq)


def goes_on(runs: RunReader, run_id: str) -> bool:
    """Say whether the run exists and has not ended."""
    try:
        return runs.summary(run_id).status not in ENDED
    except NotFound:
        return False
