"""Read a trace file line by line: its header, its events, and whether anything in it was changed.

Nothing but the line in hand is kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject, decode
from agentry.journal.events import EVENT_TYPES, Event
from agentry.journal.trace import TRACE_VERSION, chained
from agentry.journal.upcast import EventTooNew, read_event

_TYPES: frozenset[str] = frozenset(EVENT_TYPES)


class BadTrace(AgentryError):
    """A trace cannot be read, or does not hold what it says. `seq` is the event, where known."""

    code, status = "bad_trace", 422

    def __init__(self, detail: str, *, seq: int | None = None, hint: str = "") -> None:
        super().__init__(detail, hint=hint)
        self.seq = seq


class TraceReader:
    """One trace. The header is read at once, the events as they are asked for, once.

    `chain` is the head of the hash chain as far as the trace has been read.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.chain = ""
        self.count = 0
        self.first = _text(next(self._lines, b""), 1)
        self.header = _header(self.first)
        self.chain = chained("", self.first)
        self.run_id = str(self.header.get("run_id"))

    def events(self) -> Iterator[Event]:
        """Yield the events; raise `BadTrace` at the first line that is wrong.

        That the lines are those that were written is known only at the end.
        """
        for number, raw in enumerate(self._lines, 2):
            line = _text(raw, number)
            if _is_trailer(line):
                self._check_trailer(line)
                self._check_end(number)
                return
            event = self._event(line, number)
            self.chain = chained(self.chain, line)
            self.count += 1
            yield event
        raise BadTrace(
            f"The trace breaks off after event {self.count}: its last line, with the count and"
            " the hash, is missing.",
            hint="Export it again.",
        )

    def _event(self, line: str, number: int) -> Event:
        try:
            event = read_event(line.encode())
        except EventTooNew as problem:
            said = f"Line {number}: {problem.detail}"
            raise BadTrace(said, seq=self.count + 1, hint=problem.hint) from None
        except ValueError as problem:
            raise BadTrace(_not_an_event(line, number, problem), seq=self.count + 1) from None
        wanted = self.count + 1
        if event.seq != wanted:
            raise BadTrace(
                f"Line {number} holds event {event.seq} where event {wanted} belongs.", seq=wanted
            )
        if event.run_id != self.run_id:
            raise BadTrace(
                f"Event {event.seq} is of run {event.run_id}, the trace of {self.run_id}.",
                seq=event.seq,
            )
        return event

    def _check_trailer(self, line: str) -> None:
        trailer = decode(line)
        told = trailer if isinstance(trailer, dict) else {}
        if told.get("count") != self.count:
            raise BadTrace(
                f"The trace says that it holds {told.get('count')} events; it holds {self.count}."
            )
        if told.get("sha256") != self.chain:
            raise BadTrace(
                "The hash at the end of the trace is not that of its lines: something in it was"
                " changed after it was written."
            )

    def _check_end(self, number: int) -> None:
        for raw in self._lines:
            if raw.strip():
                raise BadTrace(f"Line {number} ends the trace, and more lines follow.")


def _text(raw: bytes, number: int) -> str:
    try:
        return raw.rstrip(b"\r\n").decode()
    except UnicodeDecodeError:
        raise BadTrace(f"Line {number} is no UTF-8 text.") from None


def _header(line: str) -> JsonObject:
    if not line.strip():
        raise BadTrace("The trace is empty.")
    try:
        header = decode(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("kind") != "header":
        raise BadTrace(
            "This is no trace of this release: it does not begin with a header.",
            hint="A trace of an older form is read by `agentry trace convert` and `trace replay`.",
        )
    version = header.get("v")
    if version != TRACE_VERSION:
        raise BadTrace(
            f"The trace is of version {version}; this release reads version {TRACE_VERSION}.",
            hint="Update Agentry.",
        )
    return header


def _is_trailer(line: str) -> bool:
    # An event has no `kind` of its own before its data, and always a `type`.
    if '"trailer"' not in line[:80]:
        return False
    try:
        value = decode(line)
    except ValueError:
        return False
    return isinstance(value, dict) and value.get("kind") == "trailer"


def _not_an_event(line: str, number: int, problem: ValueError) -> str:
    try:
        value = decode(line)
    except ValueError:
        return f"Line {number} is no JSON."
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind not in _TYPES:
        return f"Line {number} holds an event of the unknown type {kind!r}."
    return f"Line {number} is no event: {problem}."
