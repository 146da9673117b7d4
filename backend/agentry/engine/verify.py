"""Prove a trace: for every prefix of it, the events that were derived follow from the facts.

Each fact is taken in again by the same pure code that took it in when it happened, and every event
that code places is compared with the one recorded. Nothing is run: what a model or a tool gave is
itself a fact, and is read from the trace.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject, encode
from agentry.engine.change import Change, run_status
from agentry.engine.plan import Plan, PlanIndex
from agentry.engine.verify_facts import Facts, NoFact
from agentry.journal.events import Draft, Event
from agentry.journal.state import RunState
from agentry.journal.trace_read import BadTrace, TraceReader
from agentry.policy.calls import Ended, Place

ENGINE_VERSION = 1
"""Raised whenever the same facts lead to other derived events than before."""
_SHOWN = 120
_canonical = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong: a sentence, and the event where it shows, if it is one."""

    message: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a check. `sha256` is the head of the chain as far as the trace was read.

    `facts` is how many changes of the run were taken in again.
    """

    run_id: str
    flow: str
    status: str
    events: int
    facts: int
    sha256: str
    problem: Problem | None = None


def verify(reader: TraceReader) -> Verdict:
    """Check a whole trace; the verdict holds the first problem."""
    return prove(reader)[0]


def prove(reader: TraceReader) -> tuple[Verdict, RunState]:
    """Check a whole trace; return the verdict, and the run's state as far as the trace holds."""
    state = RunState(reader.run_id)
    facts, problem = 0, None
    try:
        proof = _Proof(reader, state)
        while (event := proof.next()) is not None:
            proof.step(event)
            facts += 1
        if not facts:
            raise BadTrace("The trace holds no event.")
    except BadTrace as found:
        problem = Problem(found.detail, found.seq)
    flow = str(reader.header.get("flow"))
    status = run_status(state)
    verdict = Verdict(reader.run_id, flow, status, reader.count, facts, reader.chain, problem)
    return verdict, state


class _Proof:
    """Takes in the facts of one trace, one after another."""

    def __init__(self, reader: TraceReader, state: RunState) -> None:
        header = reader.header
        engine = header.get("engine", ENGINE_VERSION)
        if engine != ENGINE_VERSION:
            raise BadTrace(
                f"The run was made by engine {engine}; this release can follow {ENGINE_VERSION}."
            )
        self._ahead = _Ahead(reader.events())
        self._state = state
        self._index = PlanIndex(_plan_of(header))
        self._facts = Facts(header, self._index, state)

    def next(self) -> Event | None:
        """Return the first event of the next fact, None at the end of the trace."""
        return self._ahead.at(0)

    def step(self, first: Event) -> None:
        """Take in the fact that begins with `first`, and what follows; raise `BadTrace`."""
        seq = first.seq
        if self._state.ended_at is not None:
            raise BadTrace(f"Event {seq} ({_name(first)}) comes after the run's end.", seq=seq)
        change = _Checked(self._index, self._state, first.ts, self._ahead)
        try:
            self._facts.take(change, first, self._ahead)
            change.settle()
        except BadTrace:
            raise
        except NoFact as reason:
            raise BadTrace(f"Event {seq} ({_name(first)}) {reason}.", seq=seq) from None
        except AgentryError as problem:
            said = f"Event {seq} ({_name(first)}) cannot have happened there: {problem.detail}"
            raise BadTrace(said, seq=seq) from None
        except (AssertionError, LookupError, TypeError, ValueError, AttributeError):
            # The engine relies on the form of its own events; a forged one may have any form.
            said = f"Event {seq} ({_name(first)}) does not fit what came before it."
            raise BadTrace(said, seq=seq) from None
        if change.placed == 0:
            raise BadTrace(
                f"Event {seq} ({_name(first)}) does not follow from what came before it.", seq=seq
            )
        self._facts.note(change.rows.batch)


class _Checked(Change):
    """A change whose every event must be the next one of the trace."""

    def __init__(self, index: PlanIndex, state: RunState, now: int, ahead: _Ahead) -> None:
        super().__init__(index, state, now, self._recorded_call)
        self._ahead = ahead
        self.placed = 0

    def place(self, draft: Draft) -> Event:
        event = super().place(draft)
        recorded = self._ahead.take()
        if recorded is None:
            raise BadTrace(
                f"The trace stops after event {event.seq - 1}, where {_name(event)} follows.",
                seq=event.seq,
            )
        if not _same(event, recorded):
            raise BadTrace(_difference(event, recorded), seq=recorded.seq)
        self.placed += 1
        return event

    def _recorded_call(self, tool: str, args: JsonObject, place: Place) -> Ended | None:
        """Return how the trace says that a pure call ended where it was decided, if it did."""
        # The call's own event comes after: scheduled, the run's start (once), started.
        for distance in range(4):
            event = self._ahead.at(distance)
            if event is None or event.fence is not None:
                return None
            if event.path == place.path and event.type in ("call.completed", "call.failed"):
                if event.data.get("tool") != tool or event.data.get("args") != args:
                    raise BadTrace(
                        f"Event {event.seq} ({_name(event)}) is another call than the plan makes.",
                        seq=event.seq,
                    )
                outcome = "completed" if event.type == "call.completed" else "failed"
                return Ended(outcome, event.data)
        return None


class _Ahead:
    """The events still to come, a few of which can be looked at."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._seen: deque[Event] = deque()

    def at(self, distance: int) -> Event | None:
        """Return the event `distance` after the next one, None where the trace has none."""
        while len(self._seen) <= distance:
            event = next(self._events, None)
            if event is None:
                return None
            self._seen.append(event)
        return self._seen[distance]

    def take(self) -> Event | None:
        """Return the next event and go past it."""
        return self._seen.popleft() if self.at(0) is not None else None


def _plan_of(header: JsonObject) -> Plan:
    plan = header.get("plan")
    if plan is None:
        raise BadTrace(
            "The trace holds no plan, so nothing can be said of what follows.",
            hint="It was converted from an older form; `agentry trace replay` shows it.",
        )
    try:
        return msgspec.convert(plan, Plan)
    except msgspec.ValidationError as problem:
        raise BadTrace(f"The plan in the trace cannot be read: {problem}.") from None


def _same(event: Event, recorded: Event) -> bool:
    return event == recorded or _canonical.encode(event) == _canonical.encode(recorded)


def _difference(event: Event, recorded: Event) -> str:
    """Return a sentence on the first thing in which two events differ."""
    seq = recorded.seq
    if (event.type, event.path) != (recorded.type, recorded.path):
        return f"Event {seq} is {_name(recorded)}, where {_name(event)} follows."
    for field in ("attempt", "call_id", "fence", "actor", "usage", "ts"):
        mine, its = getattr(event, field), getattr(recorded, field)
        if mine != its:
            return _differs(recorded, field, its, mine)
    for key in (*event.data, *recorded.data):
        if event.data.get(key) != recorded.data.get(key):
            return _differs(recorded, key, recorded.data.get(key), event.data.get(key))
    return f"Event {seq} ({_name(recorded)}) differs from what follows."


def _differs(recorded: Event, what: str, its: Json, mine: Json) -> str:
    return (
        f"Event {recorded.seq} ({_name(recorded)}) says {what} {_short(its)},"
        f" where {_short(mine)} follows."
    )


def _short(value: Json) -> str:
    text = encode(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _name(event: Event) -> str:
    return f"{event.type} of {event.path!r}" if event.path else event.type
