"""What must be true of the rows beside the journal: work, leases, timers, messages, keys."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from agentry.store.streaming import each


def no_limbo(connection: Connection) -> Iterator[str]:
    """I5: something will move every run that goes on."""
    query = """SELECT run_id FROM run WHERE terminal_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM activity a WHERE a.run_id = run.run_id
        AND a.status IN ('ready', 'leased', 'held'))
      AND NOT EXISTS (SELECT 1 FROM timer t WHERE t.run_id = run.run_id)
      AND NOT EXISTS (SELECT 1 FROM wait w WHERE w.run_id = run.run_id AND w.status = 'open')
      AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.run_id = run.run_id)
      AND paused = 0"""
    for (run_id,) in each(connection, query):
        yield f"run {run_id} goes on, and nothing will ever move it."


def one_lease(connection: Connection) -> Iterator[str]:
    """I7: a lease has an owner and an end, and nothing else has."""
    query = """SELECT run_id, path, status FROM activity
      WHERE (status = 'leased') <> (owner IS NOT NULL AND lease_until IS NOT NULL)
        OR status <> 'leased' AND (owner IS NOT NULL OR lease_until IS NOT NULL)"""
    for run_id, path, status in each(connection, query):
        yield f"activity {path} of {run_id} is {status}, and its lease says otherwise."


def no_work_for_ended_runs(connection: Connection) -> Iterator[str]:
    """I8: a run that is over has no work."""
    query = """SELECT a.run_id, a.path FROM activity a JOIN run ON run.run_id = a.run_id
      WHERE run.terminal_at IS NOT NULL AND a.status IN ('ready', 'leased', 'parked', 'held')"""
    for run_id, path in each(connection, query):
        yield f"run {run_id} has ended, and {path} is still to be worked on."


def timers_of_open_runs(connection: Connection) -> Iterator[str]:
    """I10: nothing is due for a run that is over."""
    query = """SELECT t.run_id, timer_key FROM timer t JOIN run ON run.run_id = t.run_id
      WHERE run.terminal_at IS NOT NULL"""
    for run_id, key in each(connection, query):
        yield f"run {run_id} has ended, and its timer {key} is still to fire."
    query = """SELECT w.run_id, wait_id FROM wait w JOIN run ON run.run_id = w.run_id
      WHERE run.terminal_at IS NOT NULL AND w.status = 'open'"""
    for run_id, wait_id in each(connection, query):
        yield f"run {run_id} has ended, and {wait_id} still waits."


def one_run_a_key(connection: Connection) -> Iterator[str]:
    """I17: an idempotency key made one run, and what it was sent with is known."""
    query = """SELECT idem_key, count(*) FROM run WHERE idem_key IS NOT NULL
      GROUP BY org_id, idem_key HAVING count(*) > 1 OR min(idem_hash) = ''"""
    for key, count in each(connection, query):
        yield f"idempotency key {key!r} belongs to {count} runs, or to one whose body is unknown."


_OWNED = ("event", "activity", "wait", "timer", "inbox", "snapshot", "imported")


def nothing_lost(connection: Connection) -> Iterator[str]:
    """I25: whatever is referred to is there."""
    for table in _OWNED:
        query = f"""SELECT DISTINCT run_id FROM {table} t
          WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.run_id = t.run_id)"""  # noqa: S608
        for (run_id,) in each(connection, query):
            yield f"table {table} speaks of run {run_id}, which is not there."
    query = """SELECT run_id FROM run WHERE NOT EXISTS
      (SELECT 1 FROM flow_version f WHERE f.flow_version_id = run.flow_version_id)"""
    for (run_id,) in each(connection, query):
        yield f"the flow that run {run_id} pinned is not there."
    for column in ("parent_run_id", "forked_from"):
        query = f"""SELECT run_id, {column} FROM run WHERE {column} IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM run o WHERE o.run_id = run.{column})"""  # noqa: S608
        for run_id, other in each(connection, query):
            yield f"run {run_id} came from {other}, which is not there."
