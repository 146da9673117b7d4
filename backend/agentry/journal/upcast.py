"""Events of older versions brought up to date, one version at a time. Pure.

An event keeps the version it was written in for ever; whoever reads it sees the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.journal.events import EVENT_VERSION, Event, from_line

Step = Callable[[JsonObject], JsonObject]
"""Makes an event of one version one of the next; `v` is raised by who calls it."""

STEPS: Mapping[int, Step] = {}
"""Version -> the step out of it. A step stays as it is once its version is released."""


class EventTooNew(AgentryError):
    """The event was written by a newer release."""

    code, status = "event_too_new", 422

    def __init__(self, version: int, current: int) -> None:
        super().__init__(
            f"An event is of version {version}; this release knows up to {current}.",
            hint="Update Agentry.",
        )


class _Versioned(msgspec.Struct, frozen=True):
    """The one thing that is read of an event before its version is known."""

    v: int


_version = msgspec.json.Decoder(_Versioned)
_objects = msgspec.json.Decoder(JsonObject)


def upcast(
    event: JsonObject, steps: Mapping[int, Step] = STEPS, current: int = EVENT_VERSION
) -> JsonObject:
    """Return `event` as one of version `current`; raise `EventTooNew`, `ValueError`."""
    version = event.get("v")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise ValueError("it does not say its version")
    if version > current:
        raise EventTooNew(version, current)
    for number in range(version, current):
        event = {**steps[number](event), "v": number + 1}
    return event


def read_event(
    line: bytes, steps: Mapping[int, Step] = STEPS, current: int = EVENT_VERSION
) -> Event:
    """Read one event of any released version; raise `EventTooNew`, `ValueError`."""
    if current == EVENT_VERSION and _version.decode(line).v == EVENT_VERSION:
        return from_line(line)
    return msgspec.convert(upcast(_objects.decode(line), steps, current), Event)


def up_to_date(
    event: Event, steps: Mapping[int, Step] = STEPS, current: int = EVENT_VERSION
) -> Event:
    """Return a stored event as one of version `current`: itself where it is one."""
    if event.v == current:
        return event
    value = msgspec.to_builtins(event)
    return msgspec.convert(upcast(value, steps, current), Event)
