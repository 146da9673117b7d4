"""Event rows to events and back; the longest fields of an event's data lie in blobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Connection

from agentry.base.json import JsonObject, decode, encode
from agentry.journal.events import Event
from agentry.journal.upcast import up_to_date
from agentry.store import blobs

EVENT_COLUMNS = (
    "run_id, seq, v, type, path, attempt, fence, actor, call_id, ts, usage_json, data_json,"
    " refs_json"
)
LONGEST = 8192
"""A field of an event's data that takes more bytes than this as JSON is kept as a blob."""


def events_of(connection: Connection, rows: Iterable[Sequence[Any]]) -> list[Event]:
    """Return the events of rows of `EVENT_COLUMNS`, old ones brought up to date.

    Raises `BlobLost`.
    """
    found = list(rows)
    data = data_of(connection, [(row[11], row[12]) for row in found])
    return [
        up_to_date(Event(
            v, run_id, seq, ts, kind, path, attempt, whole, call_id,
            None if usage is None else cast(JsonObject, decode(usage)), fence, actor,
        ))
        for (run_id, seq, v, kind, path, attempt, fence, actor, call_id, ts, usage, _, _), whole
        in zip(found, data, strict=True)
    ]  # fmt: skip


def data_of(connection: Connection, pairs: Sequence[tuple[str, str | None]]) -> list[JsonObject]:
    """Return the data of rows of `data_json, refs_json`, whole again; raise `BlobLost`."""
    whole = [cast(JsonObject, decode(data)) for data, _ in pairs]
    refs = {
        at: cast(dict[str, str], decode(names))
        for at, (_, names) in enumerate(pairs)
        if names is not None
    }
    if refs:
        contents = blobs.get(
            connection, (name for names in refs.values() for name in names.values())
        )
        for at, names in refs.items():
            whole[at].update({field: decode(contents[name]) for field, name in names.items()})
    return whole


def event_values(event: Event, long: dict[str, bytes]) -> tuple[object, ...]:
    """Return the row of one event, in the order of `EVENT_COLUMNS`.

    What is too long for it is added to `long`, by blob name.
    """
    data, refs = encode(event.data), None
    # Four bytes are the most that a character takes, so short data need not be measured.
    if 4 * len(data) > LONGEST and len(data.encode()) > LONGEST:
        data, refs = _split(event.data, long)
    usage = None if event.usage is None else encode(event.usage)
    return (
        event.run_id,
        event.seq,
        event.v,
        event.type,
        event.path,
        event.attempt,
        event.fence,
        event.actor,
        event.call_id,
        event.ts,
        usage,
        data,
        refs,
    )


def _split(data: JsonObject, long: dict[str, bytes]) -> tuple[str, str | None]:
    # A field's place is kept by a null, so that its data reads back in the same order.
    rest: JsonObject = {}
    refs: dict[str, str] = {}
    for field, value in data.items():
        content = encode(value).encode()
        if len(content) > LONGEST:
            name = refs[field] = blobs.name_of(content)
            long[name] = content
            value = None
        rest[field] = value
    return encode(rest), encode(refs) if refs else None
