"""One transaction per fact: lock the run, refuse what comes too late, append, settle, write."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import msgspec

from agentry.base.clock import Clock
from agentry.base.errors import AgentryError, NotFound
from agentry.base.json import JsonObject
from agentry.engine import kin
from agentry.engine.budget import refusal
from agentry.engine.change import AtOnce, Change, error_of
from agentry.engine.errors import BudgetExceeded, IdempotencyMismatch, LeaseLost
from agentry.engine.outcomes import failure
from agentry.engine.plan import PlanIndex, read_plan
from agentry.engine.port import (
    ActivityUpdate,
    Applied,
    Batch,
    DueTimer,
    Lease,
    Message,
    RunRow,
    Transaction,
)
from agentry.engine.project import NewChild
from agentry.engine.timers import FIRE
from agentry.journal.events import Draft, Event
from agentry.journal.fold import fold_all
from agentry.journal.state import ENDED, SETTLED, RunState

_KEPT = 1024
Fact = Callable[[Change], None]


class NewPlan(msgspec.Struct, frozen=True):
    """A plan to keep, with the text it was made from."""

    plan_id: str
    flow: str
    plan_json: str
    text: str


class NewRun(msgspec.Struct, frozen=True):
    """A run to accept; everything in it has been checked.

    `plans` are its own and those of its child flows; `more` further fields of `run.accepted`.
    """

    row: RunRow
    inputs: JsonObject
    env: JsonObject
    index: PlanIndex
    plans: tuple[NewPlan, ...] = ()
    more: JsonObject = msgspec.field(default_factory=lambda: {})


class Applier:
    """Turns facts into transactions. Used only inside the store's committing thread.

    Keeps the state of recent runs; a kept state counts only while its `last_seq` is the row's.
    `keep` False keeps none: every change starts from the journal.
    """

    def __init__(self, clock: Clock, at_once: AtOnce | None = None, *, keep: bool = True) -> None:
        self._clock = clock
        self._at_once = at_once
        self._most = _KEPT if keep else 0
        self._states: OrderedDict[str, tuple[PlanIndex, RunState]] = OrderedDict()
        self._plans: OrderedDict[str, PlanIndex] = OrderedDict()
        self._saved: set[str] = set()

    def forget(self) -> None:
        """Drop every kept state: a transaction was undone."""
        self._states.clear()
        self._saved.clear()

    def accept(self, tx: Transaction, new: NewRun) -> tuple[str, Applied | None]:
        """Make the run exist; return its id, and None where the key had made it before."""
        row = new.row
        if row.idem_key is not None:
            before = tx.find_idem(row.idem_key)
            if before is not None:
                if before.idem_hash != row.idem_hash:
                    raise IdempotencyMismatch(row.idem_key)
                return before.run_id, None
        for plan in new.plans:
            if plan.plan_id not in self._saved:
                tx.save_plan(
                    plan.plan_id, plan.flow, plan.plan_json, plan.text, self._clock.now_ms()
                )
                self._saved.add(plan.plan_id)
        return row.run_id, self._begin(tx, row, new.index, new.inputs, new.env, new.more)

    def act(self, tx: Transaction, run_id: str, fact: Fact) -> Applied:
        """Let `fact` place what has become of the run. What it raises leaves the run as it was."""
        row, change = self._open(tx, run_id)
        try:
            fact(change)
        except AgentryError:
            # Facts refuse before they place anything.
            self._keep(change)
            raise
        return self._close(tx, change, row)

    def source(self, tx: Transaction, run_id: str) -> tuple[RunRow, PlanIndex, Sequence[Event]]:
        """Return a run that is to be forked: its row, its plan, and all its events."""
        row = _found(tx.lock_run(run_id), run_id)
        return row, self._plan(tx, row.plan_id), tx.events(run_id)

    def report(self, tx: Transaction, lease: Lease, drafts: Sequence[Draft]) -> Applied:
        """Append what the holder of `lease` saw or did."""
        row, change = self._open(tx, lease.run_id)
        task = change.state.tasks.get(lease.path)
        if task is None or task.fence != lease.fence or task.status != "running":
            self._keep(change)
            raise LeaseLost(lease.run_id, lease.path)
        for draft in drafts:
            refused = refusal(change.index, change.state, draft, change.now)
            if refused is not None:
                self._keep(change)
                raise BudgetExceeded(str(refused["message"]))
        for draft in drafts:
            if draft.type == "task.failed":
                error = cast(JsonObject, draft.data["error"])
                plan_task = change.index.task(lease.path)
                draft = failure(change.state, plan_task, lease.attempt, error, change.now)
            change.place(msgspec.structs.replace(draft, fence=lease.fence))
        return self._close(tx, change, row)

    def started(
        self, tx: Transaction, lease: Lease, worker: str
    ) -> tuple[PlanIndex, RunState, Applied] | None:
        """Append `task.started` for a lease just claimed.

        None where the run is over, or paused: then the task is held until the run goes on.
        """
        row, change = self._open(tx, lease.run_id)
        task = change.state.tasks.get(lease.path)
        if row.status in ENDED or task is None or task.status in SETTLED:
            self._keep(change)
            return None
        if change.state.paused:
            self._keep(change)
            held = ActivityUpdate(lease.run_id, lease.path, "held")
            tx.write(Batch(lease.run_id, activities=[held]))
            return None
        resumed = task.fence > 0
        change.place(
            Draft(
                "task.started",
                lease.path,
                lease.attempt,
                {"kind": task.kind, "worker": worker, "resumed": resumed},
                fence=lease.fence,
            )
        )
        return change.index, change.state, self._close(tx, change, row)

    def crashed(self, tx: Transaction, lease: Lease) -> Applied:
        """Give up on a task whose workers die again and again."""
        row, change = self._open(tx, lease.run_id)
        error = error_of(
            "worker_crash_loop",
            f"Task {lease.path!r} lost its worker {lease.crash_count} times and was given up.",
        )
        change.place(Draft("task.failed", lease.path, lease.attempt, {"error": error}))
        return self._close(tx, change, row)

    def fire(self, tx: Transaction, timer: DueTimer) -> Applied:
        """Let a timer's time have come; nothing happens where it no longer matters."""
        row, change = self._open(tx, timer.run_id)
        change.rows.batch.dropped_timers.append(timer.timer_key)
        if row.status not in ENDED:
            FIRE[timer.kind](change, timer.timer_key.partition(":")[2])
        return self._close(tx, change, row)

    def take_in(self, tx: Transaction, message: Message) -> Applied | None:
        """Let a run hear what another one told it; None where it no longer exists."""
        if tx.lock_run(message.run_id) is None:
            tx.write(Batch(message.run_id, consumed=[message.msg_id]))
            return None
        row, change = self._open(tx, message.run_id)
        kin.take_in(change, message)
        return self._close(tx, change, row)

    def _begin(
        self,
        tx: Transaction,
        row: RunRow,
        index: PlanIndex,
        inputs: JsonObject,
        env: JsonObject,
        more: JsonObject,
    ) -> Applied:
        tx.insert_run(row)
        change = Change(index, RunState(row.run_id), self._clock.now_ms(), self._at_once)
        data: JsonObject = {
            "flow": row.flow,
            "title": row.title,
            "revision": row.revision,
            "inputs": inputs,
            "env": env,
            "by": row.by,
            **more,
        }
        change.place(Draft("run.accepted", data=data, actor=row.by))
        return self._close(tx, change, row)

    def _begin_child(self, tx: Transaction, parent: RunRow, of: Change, new: NewChild) -> Applied:
        child, state = new.child, of.state
        row = RunRow(
            run_id=new.run_id,
            flow=child.flow,
            title=child.title,
            plan_id=child.plan_id,
            revision=child.revision,
            status="accepted",
            last_seq=0,
            idem_key=None,
            idem_hash="",
            by=parent.by,
            created_at=of.now,
            parent_run_id=parent.run_id,
            parent_path=new.path,
            root_run_id=parent.root_run_id or parent.run_id,
            depth=parent.depth + 1,
        )
        env = state.child_env.get(child.plan_id)
        more: JsonObject = {"parent": {"run_id": parent.run_id, "path": new.path}}
        if state.child_env:
            more["child_env"] = state.child_env
        if not state.attended:
            more["attended"] = False
        index = self._plan(tx, child.plan_id)
        own = env if isinstance(env, dict) else {}
        return self._begin(tx, row, index, new.inputs, own, more)

    def _open(self, tx: Transaction, run_id: str) -> tuple[RunRow, Change]:
        row = _found(tx.lock_run(run_id), run_id)
        kept = self._states.pop(run_id, None)
        if kept is not None and kept[1].last_seq == row.last_seq:
            index, state = kept
        else:
            index, state = self._plan(tx, row.plan_id), fold_all(run_id, tx.events(run_id))
        return row, Change(index, state, self._clock.now_ms(), self._at_once)

    def _plan(self, tx: Transaction, plan_id: str) -> PlanIndex:
        index = self._plans.get(plan_id)
        if index is None:
            index = PlanIndex(read_plan(tx.plan(plan_id)))
            self._plans[plan_id] = index
            if len(self._plans) > _KEPT:
                self._plans.popitem(last=False)
        return index

    def _close(self, tx: Transaction, change: Change, row: RunRow) -> Applied:
        change.settle()
        applied = change.finish(row.flow)
        news = kin.news_for_parent(row, change.state, change.now)
        batch = change.rows.batch
        if news is not None:
            batch.messages.append(news)
        tx.write(batch)
        self._keep(change)
        also = tuple(self._begin_child(tx, row, change, new) for new in change.rows.children)
        wakes = applied.wakes or news is not None
        return replace(applied, wakes=wakes, also=also) if also or news is not None else applied

    def _keep(self, change: Change) -> None:
        state = change.state
        if state.ended_at is None and self._most:
            self._states[state.run_id] = (change.index, state)
            if len(self._states) > self._most:
                self._states.popitem(last=False)


def _found(row: RunRow | None, run_id: str) -> RunRow:
    if row is None:
        raise NotFound("run", run_id, hint="List runs with `agentry runs ls`.")
    return row
