"""The traces of stored runs, page by page: no run is in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from agentry.base.json import JsonObject
from agentry.engine.verify import ENGINE_VERSION
from agentry.journal.events import Event
from agentry.journal.trace import in_pieces, trace_lines
from agentry.store.database import Database
from agentry.store.runs import RunReader

_PAGE = 500
_HEADER = text("SELECT header FROM imported WHERE run_id = :run_id")


class Traces:
    """Writes traces. `made_by` names this release in their headers."""

    def __init__(self, database: Database, runs: RunReader, made_by: str) -> None:
        self._database = database
        self._runs = runs
        self._made_by = made_by

    def pieces(self, run_id: str) -> Iterator[str]:
        """Return the trace of a run in pieces of many lines; raise `NotFound` at once."""
        last = self._runs.summary(run_id).last_seq
        return in_pieces(trace_lines(self._header(run_id), self.events(run_id, last)))

    def events(self, run_id: str, last: int) -> Iterator[Event]:
        """Yield the events of a run up to `last`."""
        after = 0
        while after < last:
            for event in self._runs.events(run_id, after, min(_PAGE, last - after)):
                after = event.seq
                yield event

    def _header(self, run_id: str) -> JsonObject | str:
        with self._database.reader() as connection:
            kept = connection.execute(_HEADER, {"run_id": run_id}).scalar()
        if kept is not None:
            return str(kept)
        record, plan = self._runs.run(run_id), self._runs.plan(run_id)
        summary = record.summary
        return {
            "run_id": run_id,
            "flow": summary.flow,
            "title": summary.title,
            "revision": summary.revision,
            "engine": ENGINE_VERSION,
            "plan": plan,
            "tools": plan.get("tools"),
            "text": record.text,
            "made_by": self._made_by,
        }
