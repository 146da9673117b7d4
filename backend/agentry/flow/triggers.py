"""`on:` what starts a flow: cron lines, time zones, webhooks. Checked by letters alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from agentry.base.json import JsonObject
from agentry.flow.document import Schedule, Triggers, Webhook
from agentry.flow.findings import Findings, nearest, or_else, use
from agentry.flow.shapes import (
    BAD,
    AnyMap,
    Choice,
    Duration,
    Either,
    Fields,
    Key,
    ListOf,
    Read,
    Text,
)
from agentry.flow.yamltree import Yaml, YamlMap, YamlScalar
from agentry.flow.zones import ZONES

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True, slots=True)
class _CronField:
    noun: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    def number(self, word: str) -> int | None:
        if word.upper() in self.names:
            return self.names.index(word.upper()) + self.least
        if not re.fullmatch(r"[0-9]{1,2}", word):
            return None
        return int(word) if self.least <= int(word) <= self.most else None


_CRON = (
    _CronField("minute", 0, 59),
    _CronField("hour", 0, 23),
    _CronField("day", 1, 31),
    _CronField("month", 1, 12, _MONTHS),
    _CronField("weekday", 0, 7, _DAYS),
)
_SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}


def cron_slip(line: str) -> str | None:
    """Return what is wrong with a cron line, or None. Five fields; names of months and days."""
    words = line.split()
    if line.startswith("@"):
        near = None if line in _SHORT else nearest(line, _SHORT)
        return None if line in _SHORT else f"there is no {line!r}{or_else(near, _SHORT, 'write')}"
    if len(words) != len(_CRON):
        return (
            f"it has {len(words)} fields, and cron has five: minute, hour, day, month and weekday."
        )
    for word, part in zip(words, _CRON, strict=True):
        if not all(_part_fits(piece, part) for piece in word.split(",")):
            return f"{word!r} is no {part.noun}; write {part.least} to {part.most}, or *."
    return None


def _part_fits(piece: str, part: _CronField) -> bool:
    span, slash, step = piece.partition("/")
    if slash and not (re.fullmatch(r"[0-9]{1,3}", step) and int(step) > 0):
        return False
    if span == "*" or (span.upper() == "L" and part.noun == "day" and not slash):
        return True
    first, dash, last = span.partition("-")
    start, end = part.number(first), part.number(last) if dash else None
    if not dash:
        return start is not None
    return start is not None and end is not None and start <= end


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        read = Text("a cron line such as '0 7 * * MON-FRI'").read(value, what, found)
        slip = cron_slip(read) if isinstance(read, str) else None
        if slip is None:
            return read
        found.error("bad_cron", f"{what} cannot be read: {slip}", value.span)
        return BAD

    def schema(self) -> JsonObject:
        return {"type": "string", "examples": ["0 7 * * MON-FRI"]}


@dataclass(frozen=True, slots=True)
class Zone:
    """The name of a time zone."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        read = Text("a time zone such as Europe/Berlin").read(value, what, found)
        if not isinstance(read, str) or read in ZONES:
            return read
        near = None if found.full else _near_zone(read)
        sentence = f"There is no time zone {read!r}{or_else(near)}"
        found.error("bad_timezone", sentence, value.span, use(near, value.span))
        return BAD

    def schema(self) -> JsonObject:
        return {"type": "string", "examples": ["Europe/Berlin"]}


def _near_zone(name: str) -> str | None:
    """Compare with the places of the same letter only: 600 names are too many for each slip."""
    place = name.replace(" ", "_").rpartition("/")[2].lower()
    if not place or len(place) > 40:
        return None
    places = _places()
    near = nearest(place, [other for other in places if other[0] == place[0]])
    return places[near] if near is not None else None


@lru_cache(maxsize=1)
def _places() -> Mapping[str, str]:
    """Return place -> time zone; the name with a continent wins."""
    ordered = sorted(ZONES, key=lambda zone: ("/" in zone, zone))
    return {zone.rpartition("/")[2].lower(): zone for zone in ordered}


_SCHEDULE = Fields(
    {
        "cron": Key(Cron(), "When to start, as a cron line.", example="0 7 * * MON-FRI"),
        "every": Key(Duration(), "How often to start."),
        "timezone": Key(Zone(), "The time zone of the cron line; UTC if absent."),
        "missed": Key(
            Choice(("once", "all", "skip")),
            "What becomes of times at which no studio ran: one run for all, each, or none.",
        ),
        "overlap": Key(
            Choice(("skip", "allow", "cancel")),
            "What happens while the run before goes on: no new one, both, or the old one ends.",
        ),
        "inputs": Key(AnyMap(), "The inputs of these runs."),
    },
    of="a map such as {cron: 0 7 * * *}",
)
_WEBHOOK = Fields(
    {
        "secret": Key(Text(), "The name of the stored secret that signs the call."),
        "inputs": Key(AnyMap(), "The inputs of these runs; they may hold ${{ event }}."),
    },
    of="a map such as {secret: NAME}",
)


@dataclass(frozen=True, slots=True)
class _OneTime:
    """A cron line, or a map with `cron` or `every`."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        shape = Either("a cron line or a map", for_scalar=Cron(), for_map=_SCHEDULE)
        read = shape.read(value, what, found)
        if isinstance(value, YamlMap) and ("cron" in value.values) == ("every" in value.values):
            found.error("bad_form", f"{what} needs either cron or every.", value.first_span)
            return BAD
        return read

    def schema(self) -> JsonObject:
        return {"anyOf": [Cron().schema(), _SCHEDULE.schema()]}


@dataclass(frozen=True, slots=True)
class _Hook:
    """A map, or nothing at all."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and value.value is None:
            return {}
        return _WEBHOOK.read(value, what, found)

    def schema(self) -> JsonObject:
        return {"anyOf": [_WEBHOOK.schema(), {"type": "null"}]}


TRIGGERS = Fields(
    {
        "schedule": Key(ListOf(_OneTime(), "a list of times"), "Times to start at."),
        "webhook": Key(_Hook(), "Start by a call from outside."),
    },
    of="a map with schedule or webhook",
)


def triggers(read: JsonObject) -> Triggers:
    """Return the triggers of a flow from what `TRIGGERS` read."""
    times = cast("list[str | JsonObject]", read.get("schedule", []))
    hook = cast("JsonObject | None", read.get("webhook"))
    return Triggers.model_construct(
        schedule=tuple(_schedule(time) for time in times),
        webhook=None if hook is None else Webhook.model_construct(None, **hook),
    )


def _schedule(time: str | JsonObject) -> Schedule:
    if isinstance(time, str):
        return Schedule.model_construct(cron=_SHORT.get(time, time))
    built: dict[str, object] = dict(time)
    if "every" in built:
        built["every_ms"] = built.pop("every")
    if "cron" in built:
        built["cron"] = _SHORT.get(str(built["cron"]), built["cron"])
    return Schedule.model_construct(None, **built)
