"""The closed set of events. A name, once released, is a promise."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from agentry.base.json import JsonObject

EVENT_VERSION = 1

EventType = Literal[
    "run.accepted",
    "run.started",
    "run.paused",
    "run.resumed",
    "run.cancel_requested",
    "run.completed",
    "run.failed",
    "run.cancelled",
    "task.held",
    "task.released",
    "task.scheduled",
    "task.started",
    "task.waiting",
    "task.retried",
    "task.completed",
    "task.failed",
    "task.skipped",
    "task.cancelled",
    "task.timed_out",
    "turn.started",
    "turn.replied",
    "call.started",
    "call.in_doubt",
    "call.completed",
    "call.failed",
    "call.denied",
    "approval.asked",
    "approval.voted",
    "approval.decided",
    "approval.expired",
    "approval.cancelled",
    "message.received",
    "breakpoints.set",
    "state.saved",
]

EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
RUN_TERMINAL: frozenset[str] = frozenset({"run.completed", "run.failed", "run.cancelled"})
TASK_OUTCOMES: frozenset[str] = frozenset(
    {"task.completed", "task.failed", "task.skipped", "task.cancelled", "task.timed_out"}
)


class Event(msgspec.Struct, frozen=True, omit_defaults=False):
    """One immutable row of a run. `ts` in ms UTC; `seq` from 1 without gaps.

    `path` '' is the run.
    """

    v: int
    run_id: str
    seq: int
    ts: int
    type: EventType
    path: str
    attempt: int
    data: JsonObject
    call_id: str | None = None
    usage: JsonObject | None = None
    fence: int | None = None
    actor: str | None = None


class Draft(msgspec.Struct, frozen=True):
    """An event before it has a place: no run, no seq, no time."""

    type: EventType
    path: str = ""
    attempt: int = 1
    data: JsonObject = msgspec.field(default_factory=lambda: {})
    call_id: str | None = None
    usage: JsonObject | None = None
    fence: int | None = None
    actor: str | None = None

    def placed(self, run_id: str, seq: int, ts: int) -> Event:
        """Return the event at its place in the journal."""
        return Event(
            EVENT_VERSION,
            run_id,
            seq,
            ts,
            self.type,
            self.path,
            self.attempt,
            self.data,
            self.call_id,
            self.usage,
            self.fence,
            self.actor,
        )


_encoder = msgspec.json.Encoder()
_event_decoder = msgspec.json.Decoder(Event)


def to_line(event: Event) -> bytes:
    """Return the event as one line of JSON, without the line end."""
    return _encoder.encode(event)


def from_line(line: bytes | str) -> Event:
    """Read one event; raise `ValueError` (msgspec) where the line is not one."""
    return _event_decoder.decode(line)
