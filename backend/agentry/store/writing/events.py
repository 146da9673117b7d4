"""The journal: events are appended and read, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from agentry.journal.events import Event
from agentry.store import blobs
from agentry.store.rows import EVENT_COLUMNS, event_values, events_of
from agentry.store.writing.pen import Pen

_READ = text(f"SELECT {EVENT_COLUMNS} FROM event WHERE run_id = :run_id ORDER BY seq")  # noqa: S608
_PLACES = len(EVENT_COLUMNS.split(","))
# Rows by place: naming thirteen values of every event costs more than all else that is done here.
_APPEND = {
    dialect: f"INSERT INTO event ({EVENT_COLUMNS}) VALUES ({', '.join([mark] * _PLACES)})"  # noqa: S608
    for dialect, mark in (("sqlite", "?"), ("postgresql", "%s"))
}


def read(pen: Pen, run_id: str) -> Sequence[Event]:
    return events_of(pen.settled(), pen.ask(_READ, {"run_id": run_id}))


def append(pen: Pen, events: Sequence[Event]) -> None:
    if not events:
        return
    long: dict[str, bytes] = {}
    rows = [event_values(event, long) for event in events]
    if long:
        blobs.put(pen.settled(), long, events[-1].ts)
    pen.write_rows(_APPEND, rows)
