"""One transaction per fact: lock the run, refuse what comes too late, append, settle, write."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import cast

import msgspec

from agentry.base.clock import Clock
from agentry.base.errors import NotFound
from agentry.base.json import JsonObject
from agentry.engine.change import AtOnce, Change, error_of
from agentry.engine.errors import AlreadyDecided, IdempotencyMismatch, LeaseLost, RunEnded
from agentry.engine.outcomes import failure
from agentry.engine.plan import PlanIndex, read_plan
from agentry.engine.port import Applied, DueTimer, Lease, RunRow, Transaction
from agentry.journal.events import Draft
from agentry.journal.fold import fold_all
from agentry.journal.state import ENDED, SETTLED, ApprovalState, RunState

_KEPT = 1024


class NewRun(msgspec.Struct, frozen=True):
    """A run to accept; everything in it has been checked."""

    row: RunRow
    inputs: JsonObject
    env: JsonObject
    index: PlanIndex
    plan_json: str
    text: str


class Applier:
    """Turns facts into transactions. Used only inside the store's committing thread.

    Keeps the state of recent runs; a kept state counts only while its `last_seq` is the row's.
    """

    def __init__(self, clock: Clock, at_once: AtOnce | None = None) -> None:
        self._clock = clock
        self._at_once = at_once
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
        now = self._clock.now_ms()
        if row.plan_id not in self._saved:
            tx.save_plan(row.plan_id, row.flow, new.plan_json, new.text, now)
            self._saved.add(row.plan_id)
        tx.insert_run(row)
        change = Change(new.index, RunState(row.run_id), now, self._at_once)
        change.place(
            Draft(
                "run.accepted",
                data={
                    "flow": row.flow,
                    "title": row.title,
                    "revision": row.revision,
                    "inputs": new.inputs,
                    "env": new.env,
                    "by": row.by,
                },
                actor=row.by,
            )
        )
        return row.run_id, self._close(tx, change, row.flow)

    def report(self, tx: Transaction, lease: Lease, drafts: Sequence[Draft]) -> Applied:
        """Append what the holder of `lease` saw or did."""
        row, change = self._open(tx, lease.run_id)
        task = change.state.tasks.get(lease.path)
        if task is None or task.fence != lease.fence or task.status != "running":
            self._keep(change)
            raise LeaseLost(lease.run_id, lease.path)
        for draft in drafts:
            if draft.type == "task.failed":
                error = cast(JsonObject, draft.data["error"])
                plan_task = change.index.task(lease.path)
                draft = failure(plan_task, lease.attempt, error, change.now)
            change.place(msgspec.structs.replace(draft, fence=lease.fence))
        return self._close(tx, change, row.flow)

    def started(
        self, tx: Transaction, lease: Lease, worker: str
    ) -> tuple[PlanIndex, RunState, Applied] | None:
        """Append `task.started` for a lease just claimed; None where the run is over."""
        row, change = self._open(tx, lease.run_id)
        task = change.state.tasks.get(lease.path)
        if row.status in ENDED or task is None or task.status in SETTLED:
            self._keep(change)
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
        return change.index, change.state, self._close(tx, change, row.flow)

    def crashed(self, tx: Transaction, lease: Lease) -> Applied:
        """Give up on a task whose workers die again and again."""
        row, change = self._open(tx, lease.run_id)
        error = error_of(
            "worker_crash_loop",
            f"Task {lease.path!r} lost its worker {lease.crash_count} times and was given up.",
        )
        change.place(Draft("task.failed", lease.path, lease.attempt, {"error": error}))
        return self._close(tx, change, row.flow)

    def decide(
        self,
        tx: Transaction,
        run_id: str,
        approval_id: str,
        decision: str,
        by: str,
        reason: str,
        args: JsonObject | None,
    ) -> Applied:
        """Answer an open question, once."""
        row, change = self._open(tx, run_id)
        approval = change.state.approvals.get(approval_id)
        if approval is None:
            self._keep(change)
            raise NotFound("approval", approval_id)
        if approval.status != "open":
            self._keep(change)
            raise AlreadyDecided(approval_id, approval.status)
        if by in approval.voters:
            self._keep(change)
            raise AlreadyDecided(approval_id, f"answered by {by}")
        if decision == "approve" and len(approval.voters) + 1 < approval.need:
            data = {"approval_id": approval_id, "decision": decision, "by": by, "reason": reason}
            attempt = change.state.tasks[approval.path].attempt
            vote = Draft("approval.voted", approval.path, attempt, data, approval.call_id, actor=by)
            change.place(vote)
            return self._close(tx, change, row.flow)
        data: JsonObject = {
            "approval_id": approval_id,
            "decision": decision,
            "by": by,
            "reason": reason,
        }
        if args is not None:
            data["args"] = args
        attempt = change.state.tasks[approval.path].attempt
        change.place(
            Draft("approval.decided", approval.path, attempt, data, approval.call_id, actor=by)
        )
        if approval.call_id is None:
            change.place(_answered(change, approval, decision, by, reason, args))
        return self._close(tx, change, row.flow)

    def cancel(self, tx: Transaction, run_id: str, by: str, reason: str) -> Applied:
        """Stop the run and everything below it."""
        row, change = self._open(tx, run_id)
        if row.status in ENDED:
            self._keep(change)
            raise RunEnded(run_id, row.status)
        change.place(Draft("run.cancel_requested", data={"by": by, "reason": reason}, actor=by))
        return self._close(tx, change, row.flow)

    def fire(self, tx: Transaction, timer: DueTimer) -> Applied:
        """Let a timer's time have come; nothing happens where it no longer matters."""
        row, change = self._open(tx, timer.run_id)
        change.batch.dropped_timers.append(timer.timer_key)
        subject = timer.timer_key.partition(":")[2]
        if row.status not in ENDED:
            if timer.kind == "timeout":
                _time_out(change, subject)
            elif timer.kind == "expire":
                _expire(change, subject)
            elif timer.kind == "wait":
                _go_on(change, subject)
        return self._close(tx, change, row.flow)

    def _open(self, tx: Transaction, run_id: str) -> tuple[RunRow, Change]:
        row = tx.lock_run(run_id)
        if row is None:
            raise NotFound("run", run_id, hint="List runs with `agentry runs ls`.")
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

    def _close(self, tx: Transaction, change: Change, flow: str) -> Applied:
        change.settle()
        applied = change.finish(flow)
        tx.write(change.batch)
        self._keep(change)
        return applied

    def _keep(self, change: Change) -> None:
        state = change.state
        if state.ended_at is None:
            self._states[state.run_id] = (change.index, state)
            if len(self._states) > _KEPT:
                self._states.popitem(last=False)


def _answered(
    change: Change,
    approval: ApprovalState,
    decision: str,
    by: str,
    reason: str,
    args: JsonObject | None,
) -> Draft:
    task = change.index.task(approval.path)
    if decision == "approve":
        output: JsonObject = {
            "decision": decision,
            "by": by,
            "reason": reason,
            "values": args or {},
        }
        return Draft("task.completed", task.path, 1, {"kind": task.kind, "output": output})
    said = f": {reason}" if reason else "."
    error = error_of("approval_denied", f"{by} denied {task.path!r}{said}")
    return Draft("task.failed", task.path, 1, {"kind": task.kind, "error": error})


def _time_out(change: Change, path: str) -> None:
    task = change.state.tasks.get(path)
    plan_task = change.index.task(path)
    if task is None or task.status in SETTLED or plan_task.timeout_ms is None:
        return
    error = error_of(
        "task_timed_out",
        f"Task {path!r} took longer than its time-out of {plan_task.timeout_ms} ms.",
    )
    retried = failure(plan_task, task.attempt, error, change.now)
    if retried.type == "task.retried" and plan_task.kind in ("agent", "tool"):
        change.place(retried)
        change.revoke(path)
        return
    change.close_below(path)
    change.place(
        Draft(
            "task.timed_out",
            path,
            task.attempt,
            {"kind": plan_task.kind, "timeout_ms": plan_task.timeout_ms, "error": error},
        )
    )


def _go_on(change: Change, path: str) -> None:
    task = change.state.tasks.get(path)
    if task is not None and task.status == "waiting":
        data: JsonObject = {"kind": task.kind, "output": {"at": change.now}}
        change.place(Draft("task.completed", path, task.attempt, data))


def _expire(change: Change, approval_id: str) -> None:
    approval = change.state.approvals.get(approval_id)
    if approval is None or approval.status != "open":
        return
    attempt = change.state.tasks[approval.path].attempt
    change.place(
        Draft(
            "approval.expired",
            approval.path,
            attempt,
            {"approval_id": approval_id},
            approval.call_id,
        )
    )
    if approval.call_id is None:
        error = error_of("approval_expired", f"Nobody answered {approval.path!r} in time.")
        change.place(
            Draft("task.failed", approval.path, attempt, {"kind": "approval", "error": error})
        )
