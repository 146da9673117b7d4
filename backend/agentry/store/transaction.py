"""The engine's `Transaction` in SQL; `writing` holds the statements, noun by noun."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from agentry.engine.port import Batch, DueTimer, Lease, Message, RunRow
from agentry.journal.events import Event
from agentry.store.writing import (
    activities,
    events,
    imported,
    inbox,
    runs,
    snapshots,
    timers,
    waits,
    workers,
)
from agentry.store.writing.pen import pen_of
from agentry.store.writing.triggers import SqlTriggerRows

_DAY_MS = 86_400_000


class SqlTransaction:
    """One open write transaction of the committing thread."""

    def __init__(self, connection: Connection) -> None:
        self._pen = pen_of(connection)
        self._holds_locks = False

    def settle(self) -> None:
        """Let all that was written be done; raise `DBAPIError` where it is refused."""
        self._pen.settle()

    @property
    def triggers(self) -> SqlTriggerRows:
        """The triggers, in this transaction."""
        return SqlTriggerRows(self._pen.settled())

    def lock_run(self, run_id: str) -> RunRow | None:
        found = runs.lock(self._pen, run_id, wait=not self._holds_locks)
        self._holds_locks = True
        return found

    def find_idem(self, idem_key: str) -> RunRow | None:
        return runs.find_idem(self._pen, idem_key)

    def insert_run(self, row: RunRow) -> None:
        self._holds_locks = True
        runs.insert(self._pen, row)

    def plan(self, plan_id: str) -> str:
        return runs.plan(self._pen, plan_id)

    def save_plan(self, plan_id: str, flow: str, plan: str, text: str, now: int) -> None:
        runs.save_plan(self._pen, plan_id, flow, plan, text, now)

    def events(self, run_id: str) -> Sequence[Event]:
        return events.read(self._pen, run_id)

    def write(self, batch: Batch) -> None:
        pen = self._pen
        events.append(pen, batch.events)
        activities.insert(pen, batch.new_activities)
        activities.update(pen, batch.activities)
        if batch.release_held:
            activities.unhold(pen, batch.run_id)
        waits.insert(pen, batch.new_waits)
        waits.end(pen, batch.waits)
        snapshots.insert(pen, batch.snapshots)
        timers.insert(pen, batch.new_timers)
        if batch.drop_all_timers:
            timers.drop_all(pen, batch.run_id)
        else:
            timers.drop(pen, batch.run_id, batch.dropped_timers)
        inbox.put(pen, batch.messages)
        inbox.take_out(pen, batch.run_id, batch.consumed)
        if batch.update is not None:
            runs.update(pen, batch.run_id, batch.update)

    def mark_imported(self, run_id: str, header: str, now: int) -> None:
        imported.mark(self._pen, run_id, header, now)

    def claim(
        self, worker_id: str, now: int, lease_until: int, limit: int, run_id: str | None
    ) -> Sequence[Lease]:
        self._holds_locks = True
        return activities.claim(self._pen, worker_id, now, lease_until, limit, run_id)

    def extend(self, worker_id: str, lease_until: int, now: int) -> Sequence[tuple[str, str, int]]:
        self._holds_locks = True
        workers.beat(self._pen, worker_id, lease_until)
        return activities.extend(self._pen, worker_id, lease_until)

    def let_go(self, worker_id: str, run_id: str, path: str) -> None:
        activities.let_go(self._pen, worker_id, run_id, path)

    def release(self, worker_id: str, now: int) -> None:
        activities.release(self._pen, worker_id)

    def due_timers(self, now: int, limit: int) -> Sequence[DueTimer]:
        self._holds_locks = True
        return timers.due(self._pen, now, limit)

    def inbox(self, limit: int) -> Sequence[Message]:
        self._holds_locks = True
        return inbox.oldest(self._pen, limit)

    def next_due(self) -> int | None:
        return timers.next_due(self._pen)

    def join(self, worker_id: str, name: str, host: str, pid: int, now: int) -> None:
        workers.join(self._pen, worker_id, name, host, pid, now)

    def leave(self, worker_id: str, now: int) -> None:
        activities.release(self._pen, worker_id)
        workers.leave(self._pen, worker_id)

    def expire_dead(self, host: str, alive: Callable[[int], bool], now: int) -> int:
        """End at once the leases of processes of this host that are gone.

        Return how many those were. Of other hosts, who was silent for a day is forgotten.
        """
        self._holds_locks = True
        gone = [worker for worker, pid in workers.of_host(self._pen, host) if not alive(pid)]
        for worker in gone:
            activities.expire(self._pen, worker, now)
            workers.leave(self._pen, worker)
        workers.forget(self._pen, now - _DAY_MS)
        return len(gone)
