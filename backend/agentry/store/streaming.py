"""Read very many rows without holding them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from agentry.journal.events import Event
from agentry.store.rows import EVENT_COLUMNS, events_of

_PAGE = 500
_EVENTS = text(
    f"SELECT {EVENT_COLUMNS} FROM event WHERE run_id = :run_id AND seq > :after"  # noqa: S608
    " ORDER BY seq LIMIT :most"
)


def each(connection: Connection, query: str, **values: object) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `query`, a few at a time; on Postgres the connection is in a snapshot."""
    statement = text(query).execution_options(stream_results=True, max_row_buffer=_PAGE)
    for row in connection.execute(statement, values):
        yield tuple(row)


def each_event(connection: Connection, run_id: str) -> Iterator[Event]:
    """Yield the events of a run, in order."""
    after = 0
    while True:
        values = {"run_id": run_id, "after": after, "most": _PAGE}
        page = events_of(connection, connection.execute(_EVENTS, values))
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].seq
