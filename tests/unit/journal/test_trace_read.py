"""Whatever is done to a trace file, its reader says at which line or event."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from agentry.journal.events import Draft
from agentry.journal.trace import trace_lines
from agentry.journal.trace_read import BadTrace, TraceReader

DRAFTS = [Draft("run.accepted"), Draft("run.started"), Draft("run.completed")]
EVENTS = [draft.placed("run_1", seq, seq) for seq, draft in enumerate(DRAFTS, 1)]
WHOLE = [line.encode() for line in trace_lines({"run_id": "run_1", "flow": "f"}, EVENTS)]


def read(lines: list[bytes]) -> list[int]:
    return [event.seq for event in TraceReader(lines).events()]


def test_a_whole_trace_is_read() -> None:
    reader = TraceReader(WHOLE)
    assert (reader.header["flow"], reader.run_id) == ("f", "run_1")
    assert list(reader.events()) == EVENTS
    assert (reader.count, reader.chain) == (3, json.loads(WHOLE[-1])["sha256"])


def test_a_header_that_was_written_before_is_kept_as_it_was() -> None:
    reader = TraceReader(WHOLE)
    assert [line.encode() for line in trace_lines(reader.first, EVENTS)] == WHOLE


def test_line_ends_of_another_system_change_nothing() -> None:
    assert read([line.replace(b"\n", b"\r\n") for line in WHOLE]) == [1, 2, 3]
    assert read([*WHOLE[:-1], WHOLE[-1].rstrip()]) == [1, 2, 3]


Change = Callable[[list[bytes]], list[bytes]]
CHANGES: dict[str, tuple[Change, str, int | None]] = {
    "nothing": (lambda _: [], "is empty", None),
    "no header": (lambda w: w[1:], "does not begin with a header", None),
    "words": (lambda w: [b"hello\n", *w], "does not begin with a header", None),
    "newer file": (lambda w: [w[0].replace(b'"v":1', b'"v":9'), *w[1:]], "version 9", None),
    "one out": (lambda w: [*w[:2], *w[3:]], "holds event 3 where event 2 belongs", 2),
    "swapped": (lambda w: [w[0], w[2], w[1], *w[3:]], "holds event 2 where event 1", 1),
    "twice": (lambda w: [*w[:2], *w[1:]], "holds event 1 where event 2", 2),
    "changed": (
        lambda w: [w[0], w[1].replace(b'"ts":1', b'"ts":9'), *w[2:]],
        "was changed",
        None,
    ),
    "other flow": (lambda w: [w[0].replace(b'"f"', b'"g"'), *w[1:]], "was changed", None),
    "other run": (lambda w: [w[0].replace(b"run_1", b"run_2"), *w[1:]], "is of run run_1", 1),
    "count": (
        lambda w: [*w[:-1], w[-1].replace(b'"count":3', b'"count":4')],
        "4 events; it holds 3",
        None,
    ),
    "last out": (lambda w: [*w[:-2], w[-1]], "3 events; it holds 2", None),
    "no trailer": (lambda w: w[:-1], "breaks off after event 3", None),
    "half a line": (lambda w: [*w[:2], w[2][:20]], "Line 3 is no JSON", 2),
    "no text": (lambda w: [w[0], b"\xff\xfe\n", *w[1:]], "Line 2 is no UTF-8", None),
    "a number": (lambda w: [w[0], b"1\n", *w[1:]], "Line 2 is no event", 1),
    "unknown type": (
        lambda w: [w[0], w[1].replace(b"run.accepted", b"run.dreamt"), *w[2:]],
        "unknown type 'run.dreamt'",
        1,
    ),
    "newer event": (
        lambda w: [w[0], w[1].replace(b'"v":1', b'"v":99'), *w[2:]],
        "Line 2: An event is of version 99",
        1,
    ),
    "more": (lambda w: [*w, w[1]], "Line 5 ends the trace", None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_trace_is_refused_with_one_sentence(name: str) -> None:
    change, said, seq = CHANGES[name]
    with pytest.raises(BadTrace, match=said) as refused:
        read(change(WHOLE))
    assert refused.value.seq == seq
