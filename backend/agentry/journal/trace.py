"""The trace file: a header, one event a line, a trailer with count and hash chain. JSON Lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from agentry.base.json import JsonObject, encode
from agentry.journal.events import Event, to_line

TRACE_VERSION = 1


def trace_lines(header: JsonObject, events: Iterable[Event]) -> Iterator[str]:
    """Yield the lines of a trace, each with its line end.

    Each line's hash covers the one before it, so a line taken out or changed shows in the trailer.
    """
    first = encode({"v": TRACE_VERSION, "kind": "header", **header})
    chain = _chained("", first)
    yield first + "\n"
    count = 0
    for event in events:
        line = to_line(event).decode()
        chain = _chained(chain, line)
        count += 1
        yield line + "\n"
    trailer: JsonObject = {"v": TRACE_VERSION, "kind": "trailer", "count": count, "sha256": chain}
    yield encode(trailer) + "\n"


def _chained(before: str, line: str) -> str:
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()
