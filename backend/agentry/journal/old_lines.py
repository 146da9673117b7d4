"""Lines of traces of the older form, read as they were written.

With parts missing, keys capitalised, arguments in base64, several values on a line.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from agentry.base.json import Json, JsonObject, decode

_scanner = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class OldLine:
    """One value of an old trace. `ts` in ms UTC, None where the line does not say it."""

    ts: int | None
    type: str
    agent: str
    data: Json


def old_lines(content: bytes) -> Iterator[tuple[int, OldLine | str]]:
    """Yield each line's number and what it holds; a text says why it cannot be read."""
    for number, raw in enumerate(content.splitlines(), 1):
        for found in _values(raw):
            yield number, found if isinstance(found, str) else _line(found)


def _values(raw: bytes) -> Iterator[JsonObject | str]:
    """Yield the JSON objects of a line; a text says why the rest of it cannot be read."""
    try:
        text = raw.decode("utf-8-sig").strip().removeprefix("data:").lstrip()
    except UnicodeDecodeError:
        yield "is no UTF-8 text"
        return
    at = 0
    while at < len(text):
        try:
            _, end = _scanner.raw_decode(text, at)
            value = decode(text[at:end])
        except (ValueError, RecursionError):
            yield "is no JSON"
            return
        yield value if isinstance(value, dict) else "is no object"
        at = end
        while at < len(text) and text[at] in " \t,":
            at += 1


def _line(value: JsonObject) -> OldLine | str:
    kind = get(value, "type")
    if not isinstance(kind, str) or not kind:
        return "has no type"
    agent = get(value, "agentid")
    stamp = _stamp(get(value, "ts", "timestamp"))
    return OldLine(stamp, kind, agent if isinstance(agent, str) else "", get(value, "data"))


def _stamp(value: Json) -> int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Seconds and milliseconds are told apart by their size.
        return int(value if value > 100_000_000_000 else value * 1000)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    stamp = int(moment.timestamp() * 1000)
    # A time that was never set is written as the year 1.
    return stamp if stamp > 0 else None


def get(value: Json, *names: str) -> Json:
    """Return the first of `names` that the object `value` has, whatever its capitals and `_`."""
    if not isinstance(value, dict):
        return None
    plain = {key.replace("_", "").lower(): found for key, found in value.items()}
    return next((plain[name] for name in names if plain.get(name) is not None), None)


def arguments(value: Json) -> JsonObject:
    """Return a call's arguments: as they are, or read from JSON text, or from base64 of it."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value:
        return {}
    for text in (value.encode(), _unpacked(value)):
        try:
            read = decode(text)
        except ValueError:
            continue
        if isinstance(read, dict):
            return read
    return {"raw": value}


def _unpacked(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""
