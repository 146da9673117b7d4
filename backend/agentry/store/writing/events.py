"""The journal: events are appended and read, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from agentry.journal.events import Event
from agentry.store.rows import EVENT_COLUMNS, event_of, event_values

_READ = text(f"SELECT {EVENT_COLUMNS} FROM event WHERE run_id = :run_id ORDER BY seq")  # noqa: S608
_APPEND = text(
    f"INSERT INTO event ({EVENT_COLUMNS}) VALUES (:run_id, :seq, :v, :type, :path, :attempt,"  # noqa: S608
    " :fence, :actor, :call_id, :ts, :usage_json, :data_json)"
)


def read(connection: Connection, run_id: str) -> Sequence[Event]:
    return [event_of(row) for row in connection.execute(_READ, {"run_id": run_id})]


def append(connection: Connection, events: Sequence[Event]) -> None:
    if events:
        connection.execute(_APPEND, [event_values(event) for event in events])
