"""Event rows to events and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from agentry.base.json import JsonObject, decode, encode
from agentry.journal.events import Event

EVENT_COLUMNS = (
    "run_id, seq, v, type, path, attempt, fence, actor, call_id, ts, usage_json, data_json"
)


def event_of(row: Sequence[Any]) -> Event:
    """Return the event of one row of `EVENT_COLUMNS`."""
    run_id, seq, v, kind, path, attempt, fence, actor, call_id, ts, usage, data = row
    return Event(
        v,
        run_id,
        seq,
        ts,
        kind,
        path,
        attempt,
        cast(JsonObject, decode(data)),
        call_id,
        None if usage is None else cast(JsonObject, decode(usage)),
        fence,
        actor,
    )


def event_values(event: Event) -> dict[str, object]:
    """Return the row of one event."""
    return {
        "run_id": event.run_id,
        "seq": event.seq,
        "v": event.v,
        "type": event.type,
        "path": event.path,
        "attempt": event.attempt,
        "fence": event.fence,
        "actor": event.actor,
        "call_id": event.call_id,
        "ts": event.ts,
        "usage_json": None if event.usage is None else encode(event.usage),
        "data_json": encode(event.data),
    }
