"""What must be true of each run as its events add up: one walk over all journals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from sqlalchemy import Connection, text

from agentry.base.json import decode
from agentry.engine.change import run_status
from agentry.engine.compile import MOST_DEEP
from agentry.engine.freeze import MOST_ITERATIONS
from agentry.journal.events import TASK_OUTCOMES, Event
from agentry.journal.fold import fold
from agentry.journal.state import SETTLED, RunState
from agentry.store.blobs import BlobLost
from agentry.store.streaming import each_event

_RUNS = text(
    "SELECT run_id, status, last_seq, approvals_open, paused, started_at, terminal_at, error_json,"
    " usage_json, depth FROM run WHERE run_id > :after ORDER BY run_id LIMIT 200"
)
_ACTIVITIES = text("SELECT path, status FROM activity WHERE run_id = :run_id")
_QUESTIONS = text(
    "SELECT wait_id FROM wait WHERE run_id = :run_id AND kind = 'approval' AND status = 'open'"
)
_UNREAD = text("SELECT msg_id FROM inbox WHERE run_id = :run_id")

_RESCUES = ("on_error", "on_expire")

Said = Iterator[tuple[str, str]]


def walk(connection: Connection) -> Said:
    """Yield the name of each broken invariant with a sentence, run by run."""
    after = ""
    while page := connection.execute(_RUNS, {"after": after}).all():
        for row in page:
            yield from _one(connection, row)
        after = page[-1][0]


def _one(connection: Connection, row: Any) -> Said:
    run_id = str(row[0])
    state = RunState(run_id)
    with suppress(BlobLost):
        # Of what is lost `invariants_blobs` speaks; the rest of that run cannot be told.
        yield from _told(connection, state, row)


def _told(connection: Connection, state: RunState, row: Any) -> Said:
    run_id = state.run_id
    for event in each_event(connection, run_id):
        yield from _before(state, event)
        try:
            fold(state, event)
        except (KeyError, ValueError, AssertionError) as problem:
            yield (
                "I13",
                f"event {event.seq} of {run_id} makes no sense where it stands: {problem!r}.",
            )
            return
    yield from _row(state, row)
    yield from _beside(connection, state)
    yield from _bounds(state, row)


def _before(state: RunState, event: Event) -> Said:
    """Look at `event` and what was so before it."""
    if event.type in TASK_OUTCOMES:
        for above in _above(event.path):
            task = state.tasks.get(above)
            if task is not None and task.status in SETTLED:
                said = f"task {event.path} of {state.run_id} ends at {event.seq}"
                yield "I12", f"{said}, after {above} had ended."
    elif event.type.startswith("approval.") and event.type != "approval.asked":
        yield from _answer(state, event)
    elif event.type == "call.started":
        approval = state.approval_of(event.path, event.call_id)
        if approval is not None and approval.status != "approved":
            said = f"call {event.call_id} of {state.run_id} began while its question was"
            yield "I9", f"{said} {approval.status}."
    elif event.type == "message.received" and str(event.data.get("msg_id")) in state.received:
        said = f"message {event.data.get('msg_id')} of {state.run_id}"
        yield "I11", f"{said} is taken in again at {event.seq}."


def _answer(state: RunState, event: Event) -> Said:
    approval = state.approvals.get(str(event.data.get("approval_id")))
    if approval is None:
        return
    said = f"question {approval.approval_id} of {state.run_id}"
    if approval.status != "open":
        yield "I9", f"{said} is answered again at {event.seq}."
    elif event.type == "approval.voted" and approval.votes.get(str(event.data.get("by"))) == (
        event.data.get("subject") or approval.subject
    ):
        yield "I9", f"{said} is answered by {event.data.get('by')} twice."


def _above(path: str) -> Iterator[str]:
    """Yield the tasks that hold `path`, with and without the number of an iteration.

    A rescue list runs because the task that names it has ended.
    """
    above = path
    while "/" in above:
        above, _, inside = above.rpartition("/")
        if inside in _RESCUES or above.rpartition("/")[2] in _RESCUES:
            continue
        yield above
        if "@" in above.rpartition("/")[2]:
            yield above.rpartition("@")[0]


def _row(state: RunState, row: Any) -> Said:
    """The run's row against its events."""
    run_id, status, last_seq, approvals, paused, started, ended, error, usage, _depth = row
    of_row = (status, last_seq, approvals, bool(paused), started, ended, _json(error))
    of_events = (
        run_status(state),
        state.last_seq,
        state.approvals_open,
        state.paused,
        state.started_at,
        state.ended_at,
        state.error,
    )
    if of_row != of_events:
        yield "I13", f"run {run_id} says {of_row}, its events say {of_events}."
    counted = state.totals.to_json()
    if _json(usage) != counted:
        yield "I23", f"run {run_id} says it used {usage}, its events say {counted}."


def _beside(connection: Connection, state: RunState) -> Said:
    """The other rows of the run against its events."""
    run_id = state.run_id
    values = {"run_id": run_id}
    for path, status in connection.execute(_ACTIVITIES, values):
        task = state.tasks.get(path)
        over = task is None or task.status in SETTLED
        if over != (status in ("done", "cancelled")):
            now = "unknown" if task is None else task.status
            yield "I13", f"activity {path} of {run_id} is {status}, its events say {now}."
    open_rows = set(connection.execute(_QUESTIONS, values).scalars())
    open_events = {a.approval_id for a in state.approvals.values() if a.status == "open"}
    if open_rows != open_events:
        yield (
            "I13",
            f"the open questions of {run_id} are {open_rows}, its events say {open_events}.",
        )
    for msg_id in connection.execute(_UNREAD, values).scalars():
        if msg_id in state.received:
            yield "I11", f"message {msg_id} of {run_id} was taken in and is still unread."


def _bounds(state: RunState, row: Any) -> Said:
    if cast(int, row[9]) > MOST_DEEP:
        yield "I24", f"run {state.run_id} is {row[9]} child runs deep, {MOST_DEEP} allowed."
    for task in state.tasks.values():
        if task.iterations > MOST_ITERATIONS:
            said = f"loop {task.path} of {state.run_id} made {task.iterations} iterations"
            yield "I24", f"{said}, {MOST_ITERATIONS} allowed."


def _json(value: str | None) -> object:
    return None if value is None else decode(value)
