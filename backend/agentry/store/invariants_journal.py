"""What must be true of the journal itself: its beginning, its end, its order, its fences."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from agentry.store.streaming import each

OUTCOMES = "('task.completed','task.failed','task.skipped','task.cancelled','task.timed_out')"
_TERMINAL = "('run.completed','run.failed','run.cancelled')"


def accepted_once(connection: Connection) -> Iterator[str]:
    """I1: one beginning, and one end where the row says that the run is over."""
    query = """SELECT run_id FROM run WHERE (SELECT count(*) FROM event e
      WHERE e.run_id = run.run_id
      AND e.type = 'run.accepted' AND e.seq = 1) <> 1"""
    for (run_id,) in each(connection, query):
        yield f"run {run_id} does not begin with one run.accepted."
    query = f"""SELECT run_id, terminal_at, ends FROM (SELECT run_id, terminal_at,
      (SELECT count(*) FROM event e WHERE e.run_id = run.run_id AND e.type IN {_TERMINAL}) AS ends
      FROM run) AS counted WHERE ends <> CASE WHEN terminal_at IS NULL THEN 0 ELSE 1 END"""  # noqa: S608
    for run_id, terminal_at, ends in each(connection, query):
        yield f"run {run_id} has {ends} ends and terminal_at {terminal_at}."


def gapless(connection: Connection) -> Iterator[str]:
    """I2: seqs are 1..last_seq."""
    query = """SELECT run.run_id, last_seq, count(e.seq), min(e.seq), max(e.seq) FROM run
      LEFT JOIN event e ON e.run_id = run.run_id GROUP BY run.run_id, last_seq
      HAVING count(e.seq) <> last_seq OR min(e.seq) <> 1 OR max(e.seq) <> last_seq"""
    for run_id, last, count, low, high in each(connection, query):
        yield f"run {run_id} has {count} events {low}..{high} and last_seq {last}."


def nothing_after_the_end(connection: Connection) -> Iterator[str]:
    """I3: the end is the last event."""
    query = f"""SELECT e.run_id, e.seq FROM event e JOIN event t ON t.run_id = e.run_id
      AND t.type IN {_TERMINAL} AND e.seq > t.seq"""  # noqa: S608
    for run_id, seq in each(connection, query):
        yield f"run {run_id} has event {seq} after its end."


def one_outcome(connection: Connection) -> Iterator[str]:
    """I4: a task ends once."""
    query = f"""SELECT run_id, path, count(*) FROM event WHERE type IN {OUTCOMES}
      GROUP BY run_id, path HAVING count(*) > 1"""  # noqa: S608
    for run_id, path, count in each(connection, query):
        yield f"task {path} of {run_id} has {count} outcomes."


def newest_fence(connection: Connection) -> Iterator[str]:
    """I6: who reports holds the newest fence, and fences grow."""
    query = f"""SELECT run_id, path, seq, fence, newest FROM (SELECT e.run_id, e.path, e.seq,
        e.fence, (SELECT s.fence FROM event s
        WHERE s.run_id = e.run_id AND s.path = e.path AND s.type = 'task.started' AND s.seq < e.seq
        ORDER BY s.seq DESC LIMIT 1) AS newest
      FROM event e WHERE e.fence IS NOT NULL AND e.type <> 'task.started'
        AND (e.type IN {OUTCOMES} OR e.type LIKE 'call.%' OR e.type LIKE 'turn.%')) AS found
      WHERE newest IS NULL OR fence <> newest"""  # noqa: S608
    for run_id, path, seq, fence, newest in each(connection, query):
        yield f"event {seq} of {run_id} ({path}) has fence {fence}, the newest was {newest}."
    query = """SELECT run_id, path FROM (SELECT run_id, path, fence, lag(fence) OVER
        (PARTITION BY run_id, path ORDER BY seq) AS before FROM event
        WHERE type = 'task.started' AND fence IS NOT NULL) AS starts WHERE fence <= before"""
    for run_id, path in each(connection, query):
        yield f"the fence of {path} in {run_id} does not grow."
