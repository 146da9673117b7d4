"""What must be true of every database: predicates that yield sentences about what is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, text

from agentry.engine.change import run_status
from agentry.journal.fold import fold_all
from agentry.store.database import Database
from agentry.store.invariants_calls import calls_once
from agentry.store.rows import EVENT_COLUMNS, events_of

_OUTCOMES = "('task.completed','task.failed','task.skipped','task.cancelled','task.timed_out')"
_TERMINAL = "('run.completed','run.failed','run.cancelled')"


def check(database: Database) -> list[str]:
    """Return every broken invariant as a sentence; an empty list is a sound database."""
    with database.reader() as connection:
        return [f"{name}: {said}" for name, rule in RULES.items() for said in rule(connection)]


def _rows(connection: Connection, query: str) -> Iterator[tuple[object, ...]]:
    for row in connection.execute(text(query)):
        yield tuple(row)


def _accepted_once(connection: Connection) -> Iterator[str]:
    query = """SELECT run_id FROM run WHERE (SELECT count(*) FROM event e
      WHERE e.run_id = run.run_id
      AND e.type = 'run.accepted' AND e.seq = 1) <> 1"""
    for (run_id,) in _rows(connection, query):
        yield f"run {run_id} does not begin with one run.accepted."
    query = f"""SELECT run_id, terminal_at, (SELECT count(*) FROM event e
      WHERE e.run_id = run.run_id
      AND e.type IN {_TERMINAL}) AS ends FROM run"""  # noqa: S608
    for run_id, terminal_at, ends in _rows(connection, query):
        if ends != (0 if terminal_at is None else 1):
            yield f"run {run_id} has {ends} ends and terminal_at {terminal_at}."


def _gapless(connection: Connection) -> Iterator[str]:
    query = """SELECT run.run_id, last_seq, count(e.seq), min(e.seq), max(e.seq) FROM run
      LEFT JOIN event e ON e.run_id = run.run_id GROUP BY run.run_id, last_seq"""
    for run_id, last, count, low, high in _rows(connection, query):
        if (low, high, count) != (1, last, last):
            yield f"run {run_id} has {count} events {low}..{high} and last_seq {last}."


def _nothing_after_the_end(connection: Connection) -> Iterator[str]:
    query = f"""SELECT e.run_id, e.seq FROM event e JOIN event t ON t.run_id = e.run_id
      AND t.type IN {_TERMINAL} AND e.seq > t.seq"""  # noqa: S608
    for run_id, seq in _rows(connection, query):
        yield f"run {run_id} has event {seq} after its end."


def _one_outcome(connection: Connection) -> Iterator[str]:
    query = f"""SELECT run_id, path, count(*) FROM event WHERE type IN {_OUTCOMES}
      GROUP BY run_id, path HAVING count(*) > 1"""  # noqa: S608
    for run_id, path, count in _rows(connection, query):
        yield f"task {path} of {run_id} has {count} outcomes."


def _no_limbo(connection: Connection) -> Iterator[str]:
    query = """SELECT run_id FROM run WHERE terminal_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.run_id = run.run_id
        AND a.status IN ('ready', 'leased'))
      AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.run_id = run.run_id)
      AND NOT EXISTS (SELECT 1 FROM wait w WHERE w.run_id = run.run_id AND w.status = 'open')"""
    for (run_id,) in _rows(connection, query):
        yield f"run {run_id} goes on, and nothing will ever move it."


def _newest_fence(connection: Connection) -> Iterator[str]:
    query = f"""SELECT e.run_id, e.path, e.seq, e.fence, (SELECT s.fence FROM event s
        WHERE s.run_id = e.run_id AND s.path = e.path AND s.type = 'task.started' AND s.seq < e.seq
        ORDER BY s.seq DESC LIMIT 1) AS newest
      FROM event e WHERE e.fence IS NOT NULL AND e.type <> 'task.started'
        AND (e.type IN {_OUTCOMES} OR e.type LIKE 'call.%' OR e.type LIKE 'turn.%')"""  # noqa: S608
    for run_id, path, seq, fence, newest in _rows(connection, query):
        if fence != newest:
            yield f"event {seq} of {run_id} ({path}) has fence {fence}, the newest was {newest}."
    query = """SELECT run_id, path FROM (SELECT run_id, path, fence, lag(fence) OVER
        (PARTITION BY run_id, path ORDER BY seq) AS before FROM event
        WHERE type = 'task.started' AND fence IS NOT NULL) AS starts WHERE fence <= before"""
    for run_id, path in _rows(connection, query):
        yield f"the fence of {path} in {run_id} does not grow."


def _one_lease(connection: Connection) -> Iterator[str]:
    query = """SELECT run_id, path, status FROM activity
      WHERE (status = 'leased') <> (owner IS NOT NULL AND lease_until IS NOT NULL)"""
    for run_id, path, status in _rows(connection, query):
        yield f"activity {path} of {run_id} is {status}, and its lease says otherwise."


def _no_work_for_ended_runs(connection: Connection) -> Iterator[str]:
    query = """SELECT a.run_id, a.path FROM activity a JOIN run USING (run_id)
      WHERE run.terminal_at IS NOT NULL AND a.status IN ('ready', 'leased', 'parked')"""
    for run_id, path in _rows(connection, query):
        yield f"run {run_id} has ended, and {path} is still to be worked on."


def _rows_follow_events(connection: Connection) -> Iterator[str]:
    for run_id, status, approvals_open in _rows(
        connection, "SELECT run_id, status, approvals_open FROM run"
    ):
        rows = connection.execute(
            text(f"SELECT {EVENT_COLUMNS} FROM event WHERE run_id = :run_id ORDER BY seq"),  # noqa: S608
            {"run_id": run_id},
        )
        state = fold_all(str(run_id), events_of(connection, rows))
        folded = (run_status(state), state.approvals_open)
        if folded != (status, approvals_open):
            yield f"run {run_id} says {(status, approvals_open)}, its events say {folded}."


RULES: dict[str, Callable[[Connection], Iterator[str]]] = {
    "I1": _accepted_once,
    "I2": _gapless,
    "I3": _nothing_after_the_end,
    "I4": _one_outcome,
    "I5": _no_limbo,
    "I6": _newest_fence,
    "I7": _one_lease,
    "I8": _no_work_for_ended_runs,
    "I13": _rows_follow_events,
    "I19": calls_once,
}
