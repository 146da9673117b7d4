"""A trace says when a line was taken out or changed."""

from __future__ import annotations

import json

from agentry.journal.events import Draft
from agentry.journal.trace import trace_lines

EVENTS = [Draft("run.accepted").placed("run_1", 1, 5), Draft("run.started").placed("run_1", 2, 6)]


def test_a_trace_is_a_header_the_events_and_a_trailer() -> None:
    header, first, second, trailer = (json.loads(x) for x in trace_lines({"flow": "f"}, EVENTS))
    assert (header["v"], header["kind"], header["flow"]) == (1, "header", "f")
    assert [first["seq"], second["seq"]] == [1, 2]
    assert {"v", "run_id", "seq", "ts", "type", "path", "attempt", "data"} <= first.keys()
    assert (trailer["kind"], trailer["count"], len(trailer["sha256"])) == ("trailer", 2, 64)


def test_the_chain_changes_with_any_line() -> None:
    def chain(*args: object) -> str:
        return json.loads(list(trace_lines(*args))[-1])["sha256"]  # pyright: ignore[reportArgumentType]  # as given

    whole = chain({"flow": "f"}, EVENTS)
    assert chain({"flow": "g"}, EVENTS) != whole
    assert chain({"flow": "f"}, EVENTS[1:]) != whole
    assert chain({"flow": "f"}, EVENTS[::-1]) != whole
    assert chain({"flow": "f"}, list(EVENTS)) == whole
