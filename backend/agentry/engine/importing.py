"""A trace becomes a run to look at: its events as they are, no activity, no timer, no wait.

Only the trace of a run that has ended is taken in: there is nothing that could go on with it here.
Nothing in a trace is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import zip_longest

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject, encode
from agentry.engine.change import run_status
from agentry.engine.plan import Plan, plan_id, plan_json, read_plan
from agentry.engine.port import Batch, RunRow, RunUpdate, Transaction
from agentry.engine.verify import prove
from agentry.journal.events import Event
from agentry.journal.state import RunState
from agentry.journal.trace_read import BadTrace, TraceReader

Lines = Callable[[], AbstractContextManager[Iterable[bytes]]]
"""Opens the trace, each time from its beginning."""
_AT_ONCE = 500
_RUN_ID = re.compile(r"run_[0-9a-z]{26}")
_LARGEST = 2**53


class TraceRefused(AgentryError):
    """The trace is not taken in; nothing was changed."""

    code, status = "trace_refused", 422


@dataclass(frozen=True, slots=True)
class Imported:
    """A run as it is kept. `new` False: it was here before, event for event."""

    run_id: str
    events: int
    new: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A trace that holds, of a run that has ended."""

    header: JsonObject
    first: str
    sha256: str
    state: RunState

    def plan(self) -> Plan:
        """Return the plan in the header."""
        return read_plan(encode(self.header["plan"]))


def check(lines: Lines) -> Checked:
    """Return what the trace comes to; raise `BadTrace`, `TraceRefused`."""
    with lines() as opened:
        reader = TraceReader(opened)
        # It names a folder, too.
        if not _RUN_ID.fullmatch(reader.run_id):
            raise TraceRefused(f"{reader.run_id!r} is no id of a run.")
        verdict, state = prove(reader)
    if verdict.problem is not None:
        raise BadTrace(verdict.problem.message, seq=verdict.problem.seq)
    for name in ("flow", "title", "revision", "text"):
        value = reader.header.get(name)
        if not isinstance(value, str) or "\0" in value:
            raise TraceRefused(f"The header of the trace says no {name}.")
    if state.ended_at is None:
        raise TraceRefused(
            f"The trace ends at event {state.last_seq}, where its run is {verdict.status}.",
            hint="Export it again once the run has ended, or look at it with `trace replay`.",
        )
    return Checked(reader.header, reader.first, verdict.sha256, state)


def first_difference(lines: Lines, stored: Iterator[Event]) -> int | None:
    """Return the first seq at which a stored run differs from the trace; None where it does not."""
    with lines() as opened:
        reader = TraceReader(opened)
        for seq, (told, kept) in enumerate(zip_longest(reader.events(), stored), 1):
            if told != kept:
                return seq
    return None


def write(tx: Transaction, trace: Checked, lines: Lines, now: int) -> bool:
    """Write the run in one transaction; return False where its id is taken."""
    state, plan = trace.state, trace.plan()
    if tx.lock_run(state.run_id) is not None:
        return False
    row = _row_of(trace, plan_id(plan))
    tx.save_plan(row.plan_id, row.flow, plan_json(plan), str(trace.header["text"]), now)
    tx.insert_run(row)
    with lines() as opened:
        reader = TraceReader(opened)
        events: list[Event] = []
        for event in reader.events():
            _check_numbers(event)
            events.append(event)
            if len(events) == _AT_ONCE:
                tx.write(Batch(state.run_id, events=events))
                events = []
    if reader.chain != trace.sha256:
        raise TraceRefused("The trace was changed while it was read.")
    tx.write(Batch(state.run_id, update=_update(state), events=events))
    tx.mark_imported(state.run_id, trace.first, now)
    return True


def _row_of(trace: Checked, plan: str) -> RunRow:
    state, header = trace.state, trace.header
    return RunRow(
        run_id=state.run_id,
        flow=str(header["flow"]),
        title=str(header["title"]),
        plan_id=plan,
        revision=str(header["revision"]),
        status="accepted",
        last_seq=0,
        idem_key=None,
        idem_hash="",
        by=state.by,
        created_at=state.created_at,
    )


def _update(state: RunState) -> RunUpdate:
    ended = state.ended_at if state.ended_at is not None else state.created_at
    return RunUpdate(
        run_status(state),
        state.last_seq,
        ended,
        state.started_at,
        state.ended_at,
        state.approvals_open,
        state.totals.to_json(),
        state.error,
    )


def _check_numbers(event: Event) -> None:
    for number in (event.ts, event.attempt, event.fence or 0):
        if not 0 <= number < _LARGEST:
            raise TraceRefused(f"Event {event.seq} holds the number {number}, which is too large.")
