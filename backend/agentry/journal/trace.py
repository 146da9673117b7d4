"""The trace file: a header, one event a line, a trailer with count and hash chain. JSON Lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from agentry.base.json import JsonObject, encode
from agentry.journal.events import Event, to_line

TRACE_VERSION = 1
PIECE = 64 * 1024


def header_line(header: JsonObject) -> str:
    """Return the first line of a trace, without its line end."""
    return encode({"v": TRACE_VERSION, "kind": "header", **header})


def trace_lines(header: JsonObject | str, events: Iterable[Event]) -> Iterator[str]:
    """Yield the lines of a trace, each with its line end.

    Each line's hash covers the one before it, so a line taken out or changed shows in the trailer.
    A header given as text is a first line that was written before, and is kept as it is.
    """
    first = header if isinstance(header, str) else header_line(header)
    chain = chained("", first)
    yield first + "\n"
    count = 0
    for event in events:
        line = to_line(event).decode()
        chain = chained(chain, line)
        count += 1
        yield line + "\n"
    trailer: JsonObject = {"v": TRACE_VERSION, "kind": "trailer", "count": count, "sha256": chain}
    yield encode(trailer) + "\n"


def chained(before: str, line: str) -> str:
    """Return the head of the chain after `line`; `before` is the head it stood at ('' = none)."""
    return hashlib.sha256(f"{before}\n{line}".encode()).hexdigest()


def in_pieces(lines: Iterable[str]) -> Iterator[str]:
    """Yield `lines` in pieces of about 64 KiB: fewer hand-overs than one for each line."""
    piece: list[str] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(piece)
            piece, size = [], 0
    if piece:
        yield "".join(piece)
