"""What must be true of calls: none goes on after its end, none is begun again unasked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection, text

from agentry.base.json import JsonObject, decode

_Event = tuple[str, JsonObject]
_AFTER_ITS_END = text(
    """SELECT s.run_id, s.call_id FROM event s JOIN event c ON c.run_id = s.run_id
  AND c.call_id = s.call_id AND c.type IN ('call.completed', 'call.failed', 'call.denied')
  AND c.seq < s.seq WHERE s.type IN ('call.started', 'call.completed')"""
)
_BEGUN_AGAIN = text(
    """SELECT run_id, call_id, type, data_json FROM event WHERE (run_id, call_id) IN (
    SELECT run_id, call_id FROM event WHERE type = 'call.started'
    GROUP BY run_id, call_id HAVING count(*) > 1)
  AND type IN ('call.started', 'call.in_doubt', 'approval.asked', 'approval.decided')
  ORDER BY run_id, seq"""
)


def calls_once(connection: Connection) -> Iterator[str]:
    """Yield calls that went on after their end, and opaque ones begun more often than decided."""
    for run_id, call_id in connection.execute(_AFTER_ITS_END):
        yield f"call {call_id} of {run_id} went on after it had ended."
    found: defaultdict[tuple[str, str], list[_Event]] = defaultdict(list)
    for run_id, call_id, kind, data in connection.execute(_BEGUN_AGAIN):
        found[run_id, call_id].append((kind, cast(JsonObject, decode(data))))
    for (run_id, call_id), events in found.items():
        starts = [data for kind, data in events if kind == "call.started"]
        allowed = 1 + _decisions(events)
        if starts[0].get("repeat") == "opaque" and len(starts) > allowed:
            yield f"call {call_id} of {run_id} was begun {len(starts)} times, {allowed} allowed."


def _decisions(events: list[_Event]) -> int:
    """Return how often it was decided to begin a call again: by a person or by its manifest."""
    doubts = {str(data["approval_id"]) for _, data in events if data.get("doubt") is True}
    return sum(
        (kind == "call.in_doubt" and data.get("then") == "retry")
        or (
            kind == "approval.decided"
            and str(data["approval_id"]) in doubts
            and data.get("decision") == "approve"
        )
        for kind, data in events
    )
