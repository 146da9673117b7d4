"""Traces of a lab's runs, and those of them that do not verify."""

from __future__ import annotations

from collections.abc import Iterable

from agentry.base.json import JsonObject, encode
from agentry.engine.verify import Verdict, verify
from agentry.journal.events import Event
from agentry.journal.trace import trace_lines
from agentry.journal.trace_read import TraceReader
from tests.unit.engine.lab import Lab


def header_of(lab: Lab, run_id: str) -> JsonObject:
    summary, plan = lab.reader.summary(run_id), lab.reader.plan(run_id)
    return {
        "run_id": run_id,
        "flow": summary.flow,
        "title": summary.title,
        "revision": summary.revision,
        "plan": plan,
        "tools": plan["tools"],
    }


def written(header: JsonObject, events: Iterable[Event]) -> list[bytes]:
    """Return the lines of a trace, with a chain that is right."""
    return [line.encode() for line in trace_lines(header, events)]


def verdict_on(header: JsonObject, events: Iterable[Event]) -> Verdict:
    return verify(TraceReader(written(header, events)))


def unproven(lab: Lab) -> list[str]:
    """Return what is wrong with the journals of all runs."""
    found: list[str] = []
    for summary in lab.reader.summaries(limit=1000):
        run_id = summary.run_id
        verdict = verdict_on(header_of(lab, run_id), lab.events(run_id))
        if verdict.problem is not None:
            found.append(f"{run_id}: {verdict.problem.message} {encode(lab.types(run_id))}")
    return found
