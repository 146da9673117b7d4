"""One change of one run: place the fact, settle what follows, collect the rows. No SQL, no I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import cast

from agentry.base.json import JsonObject, encode
from agentry.engine.begin import CONTAINERS
from agentry.engine.bell import Hint
from agentry.engine.decide import decide
from agentry.engine.outcomes import cancel_below
from agentry.engine.plan import PlanIndex
from agentry.engine.port import (
    ActivityUpdate,
    Applied,
    Batch,
    NewActivity,
    NewTimer,
    NewWait,
    RunUpdate,
    WaitUpdate,
)
from agentry.journal.events import RUN_TERMINAL, TASK_OUTCOMES, Draft, Event
from agentry.journal.fold import fold
from agentry.journal.state import RunState
from agentry.policy.gate import Ended, Place

MOST_INSTANT = 500
"""How many pure calls one transaction does; the rest go through executors, so nobody waits long."""
MOST_INSTANT_BYTES = 32 * 1024

AtOnce = Callable[[str, JsonObject, Place], Ended | None]


class Change:
    """Events and rows that one fact brings about. Every row is a function of an event."""

    def __init__(
        self, index: PlanIndex, state: RunState, now: int, at_once: AtOnce | None = None
    ) -> None:
        self.index = index
        self._at_once = at_once
        self._instant: set[str] = set()
        self.state = state
        self.now = now
        self.batch = Batch(state.run_id)
        self._due: deque[str] = deque()
        self._revoked: list[str] = []

    def place(self, draft: Draft) -> Event:
        """Give `draft` its seq and time, fold it, and note the rows it means."""
        if draft.type == "task.started" and self.state.started_at is None:
            self.place(Draft("run.started"))
        event = draft.placed(self.state.run_id, self.state.last_seq + 1, self.now)
        fold(self.state, event)
        self.batch.events.append(event)
        self._project(event)
        self._follow(event)
        return event

    def settle(self) -> None:
        """Decide until nothing more follows."""
        while self._due:
            path = self._due.popleft()
            for draft in decide(self.index, self.state, path):
                if not self._do_at_once(draft):
                    self.place(draft)

    def _do_at_once(self, draft: Draft) -> bool:
        """Do a pure call where it is decided, and place it with its outcome; False for others."""
        if draft.type != "task.scheduled" or self._at_once is None:
            return False
        task = self.index.task(draft.path)
        args = cast(JsonObject, draft.data["given"]).get("args")
        small = isinstance(args, dict) and len(encode(args)) <= MOST_INSTANT_BYTES
        if task.kind != "tool" or task.retry is not None or not small:
            return False
        if len(self._instant) >= MOST_INSTANT:
            return False
        place = Place(self.state.run_id, draft.path, self.state.by)
        ended = self._at_once(task.tool, cast(JsonObject, args), place)
        if ended is None:
            return False
        self._instant.add(draft.path)
        self.place(draft)
        self.place(Draft("task.started", draft.path, 1, {"kind": task.kind}))
        call_id = f"{draft.path}#1/call-0"
        if ended.outcome == "completed":
            self.place(Draft("call.completed", draft.path, 1, ended.data, call_id))
            data: JsonObject = {"kind": task.kind, "output": ended.data["output"]}
            self.place(Draft("task.completed", draft.path, 1, data))
        else:
            self.place(Draft("call.failed", draft.path, 1, ended.data, call_id))
            error: JsonObject = {"kind": task.kind, "error": ended.data["error"]}
            self.place(Draft("task.failed", draft.path, 1, error))
        return True

    def close_below(self, path: str) -> None:
        """Cancel everything open inside the container at `path`."""
        for draft in cancel_below(self.index, self.state, self.index.task(path)):
            self.place(draft)

    def revoke(self, path: str) -> None:
        """Tell whoever works on `path` to stop."""
        self._revoked.append(path)

    def finish(self, flow: str) -> Applied:
        """Return what to tell the listeners once `batch` is committed."""
        state = self.state
        status = run_status(state)
        self.batch.update = RunUpdate(
            status,
            state.last_seq,
            self.now,
            state.started_at,
            state.ended_at,
            state.approvals_open,
            state.totals.to_json(),
            state.error,
        )
        wakes = bool(self.batch.new_activities) or any(
            found.status == "ready" for found in self.batch.activities
        )
        hint = Hint(state.run_id, state.last_seq, flow, status, state.approvals_open)
        return Applied(hint, wakes, tuple(self._revoked))

    def _follow(self, event: Event) -> None:
        if event.type in ("run.accepted", "run.cancel_requested"):
            self._due.append("")
        elif event.type in TASK_OUTCOMES:
            self._due.append(self.index.parent(event.path))
        elif event.type == "task.started" and self.index.task(event.path).kind in CONTAINERS:
            self._due.append(event.path)

    def _project(self, event: Event) -> None:
        if event.type in RUN_TERMINAL:
            self.batch.drop_all_timers = True
        elif event.type.startswith("task."):
            self._project_task(event)
        elif event.type.startswith("approval.") and event.type != "approval.voted":
            self._project_approval(event)

    def _project_task(self, event: Event) -> None:
        run_id, path = self.state.run_id, event.path
        task = self.index.task(path)
        works = task.kind in ("agent", "tool") and path not in self._instant
        timer = f"timeout:{path}"
        match event.type:
            case "task.scheduled":
                if works:
                    self.batch.new_activities.append(
                        NewActivity(run_id, path, task.kind, event.attempt, self.now)
                    )
            case "task.started":
                if task.timeout_ms is not None:
                    self.batch.new_timers.append(
                        NewTimer(run_id, timer, "timeout", self.now + task.timeout_ms)
                    )
            case "task.waiting":
                self.batch.dropped_timers.append(timer)
                self._wait_for(event)
                if works:
                    self.batch.activities.append(ActivityUpdate(run_id, path, "parked"))
            case "task.retried":
                due = event.data.get("due_at")
                self.batch.dropped_timers.append(timer)
                self.batch.activities.append(
                    ActivityUpdate(
                        run_id,
                        path,
                        "ready",
                        event.attempt + 1,
                        due if isinstance(due, int) else self.now,
                    )
                )
            case _:
                self.batch.dropped_timers += [timer, f"wait:{path}"]
                revoked = event.type in ("task.cancelled", "task.timed_out")
                if works and event.type != "task.skipped":
                    self.batch.activities.append(ActivityUpdate(run_id, path, "done", bump=revoked))
                if revoked:
                    self._revoked.append(path)

    def _wait_for(self, event: Event) -> None:
        lasts, until = event.data.get("wait_ms"), event.data.get("until")
        moment = self.now + lasts if isinstance(lasts, int) else until
        if isinstance(moment, int):
            self.batch.new_timers.append(
                NewTimer(self.state.run_id, f"wait:{event.path}", "wait", moment)
            )

    def _project_approval(self, event: Event) -> None:
        run_id, data = self.state.run_id, event.data
        approval_id = str(data.get("approval_id"))
        timer = f"expire:{approval_id}"
        if event.type == "approval.asked":
            lasts = data.get("expires_ms")
            expires = self.now + lasts if isinstance(lasts, int) else None
            need = data.get("need")
            self.batch.new_waits.append(
                NewWait(
                    approval_id,
                    run_id,
                    event.path,
                    "approval",
                    event.call_id,
                    str(data.get("subject") or ""),
                    need if isinstance(need, int) else 1,
                    data,
                    self.now,
                    expires,
                )
            )
            if expires is not None:
                self.batch.new_timers.append(NewTimer(run_id, timer, "expire", expires))
            return
        status = self.state.approvals[approval_id].status
        self.batch.waits.append(WaitUpdate(approval_id, status, data, self.now))
        self.batch.dropped_timers.append(timer)
        if event.call_id is not None and event.type != "approval.cancelled":
            self.batch.activities.append(
                ActivityUpdate(run_id, event.path, "ready", ready_at=self.now)
            )


def run_status(state: RunState) -> str:
    """Return the status of the run's row: `waiting` when only people are waited for."""
    if state.ended_at is not None or state.cancel is not None:
        return state.status
    if any(
        t.status in ("ready", "running") and t.kind in ("agent", "tool")
        for t in state.tasks.values()
    ):
        return "running" if state.started_at is not None else "accepted"
    waits = any(task.status == "waiting" for task in state.tasks.values())
    return "waiting" if waits else state.status


def error_of(code: str, message: str) -> JsonObject:
    """Return an error as events carry it."""
    return {"code": code, "message": message}
