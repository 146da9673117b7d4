"""Events to rows: what each event of a change means for the store. No SQL, no I/O."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from agentry.agents.snapshot import SCHEMA_V, snapshot_of
from agentry.base.json import JsonObject
from agentry.engine.plan import PlanChild, PlanIndex
from agentry.engine.port import (
    ActivityUpdate,
    Batch,
    NewActivity,
    NewMessage,
    NewSnapshot,
    NewTimer,
    NewWait,
    WaitUpdate,
)
from agentry.engine.stopwatch import timed_around, times_out_at
from agentry.journal.events import RUN_TERMINAL, Event
from agentry.journal.state import RunState


@dataclass(frozen=True, slots=True)
class NewChild:
    """A child run to accept in the same transaction as the event that asks for it."""

    run_id: str
    path: str
    child: PlanChild
    inputs: JsonObject


def wait_id_of(run_id: str, path: str, kind: str, attempt: int) -> str:
    """Return the id of a wait that is no approval: the same whenever it is worked out."""
    name = f"{run_id}\n{path}\n{kind}\n{attempt}"
    return "wai_" + hashlib.sha256(name.encode()).hexdigest()[:26]


class Projection:
    """Collects in `batch` the rows of one change; `instant` are paths done where decided."""

    def __init__(self, index: PlanIndex, state: RunState, now: int, instant: set[str]) -> None:
        self.batch = Batch(state.run_id)
        self.revoked: list[str] = []
        self.children: list[NewChild] = []
        self._index = index
        self._state = state
        self._now = now
        self._instant = instant

    def take(self, event: Event) -> None:
        """Note the rows of `event`, which has just been folded."""
        if event.type in RUN_TERMINAL:
            self.batch.drop_all_timers = True
        elif event.type in ("run.paused", "run.resumed"):
            self._pause(event)
        elif event.type.startswith("task."):
            self._task(event)
        elif event.type == "state.saved":
            self._saved(event)
        elif event.type.startswith("approval.") and event.type != "approval.voted":
            self._approval(event)

    def set_timer(self, key: str, kind: str, fire_at: int) -> None:
        self.drop_timer(key)
        self.batch.dropped_timers.remove(key)
        self.batch.new_timers.append(NewTimer(self._state.run_id, key, kind, fire_at))

    def drop_timer(self, key: str) -> None:
        left = [timer for timer in self.batch.new_timers if timer.timer_key != key]
        self.batch.new_timers[:] = left
        if key not in self.batch.dropped_timers:
            self.batch.dropped_timers.append(key)

    def _task(self, event: Event) -> None:
        run_id, path = self._state.run_id, event.path
        task = self._index.task(path)
        works = task.kind in ("agent", "tool") and path not in self._instant
        match event.type:
            case "task.held":
                self._wait(event, "hold", event.data)
            case "task.released":
                self._close_wait(event, "hold")
            case "task.scheduled":
                if works:
                    self.batch.new_activities.append(
                        NewActivity(run_id, path, task.kind, event.attempt, self._now)
                    )
            case "task.started":
                if task.timeout_ms is not None:
                    self._set_timeout(path)
            case "task.waiting":
                self._waiting(event, works=works)
            case "task.retried":
                self._retried(event)
            case _:
                self._ended(event, works=works)

    def _saved(self, event: Event) -> None:
        label, state = str(event.data.get("label") or ""), self._state.tasks[event.path]
        new = (event.path, event.seq, label, SCHEMA_V, snapshot_of(state), self._now)
        self.batch.snapshots.append(NewSnapshot(self._state.run_id, *new))

    def _set_timeout(self, path: str) -> None:
        fire_at = times_out_at(self._index, self._state, path, self._now)
        if fire_at is not None:
            self.set_timer(f"timeout:{path}", "timeout", fire_at)

    def _waiting(self, event: Event, *, works: bool) -> None:
        path, task = event.path, self._index.task(event.path)
        if task.kind != "flow":
            self.drop_timer(f"timeout:{path}")
        if works:
            self.batch.activities.append(ActivityUpdate(self._state.run_id, path, "parked"))
        if "child_run_id" in event.data and task.child is not None:
            self._wait(event, "child", event.data)
            inputs = self._state.tasks[path].given.get("inputs")
            child_id = str(event.data["child_run_id"])
            self.children.append(
                NewChild(child_id, path, task.child, inputs if isinstance(inputs, dict) else {})
            )
            return
        if "message" in event.data:
            self._wait(event, "message", event.data)
            lasts = event.data.get("expires_ms")
            if isinstance(lasts, int):
                self.set_timer(f"lapse:{path}", "lapse", self._now + lasts)
            return
        lasts, until = event.data.get("wait_ms"), event.data.get("until")
        moment = self._now + lasts if isinstance(lasts, int) else until
        if isinstance(moment, int):
            self.set_timer(f"wait:{path}", "wait", moment)

    def _retried(self, event: Event) -> None:
        run_id, path = self._state.run_id, event.path
        due = event.data.get("due_at")
        due_at = due if isinstance(due, int) else self._now
        self.drop_timer(f"timeout:{path}")
        if self._index.task(path).kind == "flow":
            self._close_wait(event, "child")
            self.set_timer(f"retry:{path}", "retry", due_at)
            return
        self.batch.activities.append(
            ActivityUpdate(run_id, path, "ready", event.attempt + 1, due_at)
        )

    def _ended(self, event: Event, *, works: bool) -> None:
        run_id, path = self._state.run_id, event.path
        awaits = self._state.tasks[path].awaits
        revoked = event.type in ("task.cancelled", "task.timed_out")
        if path not in self._instant:
            self.drop_timer(f"timeout:{path}")
        if "message" in awaits:
            self.drop_timer(f"lapse:{path}")
            self._close_wait(event, "message")
        elif "child_run_id" in awaits:
            self.drop_timer(f"retry:{path}")
            self._close_wait(event, "child")
            if revoked:
                self._tell_child(str(awaits["child_run_id"]), event, "cancel")
        elif "reason" in awaits:
            self._close_wait(event, "hold")
        elif awaits:
            self.drop_timer(f"wait:{path}")
        if works and event.type != "task.skipped":
            self.batch.activities.append(ActivityUpdate(run_id, path, "done", bump=revoked))
        if revoked:
            self.revoked.append(path)

    def _pause(self, event: Event) -> None:
        """Let children follow; give back to executors what they found paused."""
        if event.type == "run.resumed":
            self.batch.release_held = True
        for task in self._state.tasks.values():
            if task.status == "waiting" and "child_run_id" in task.awaits:
                kind = event.type.removeprefix("run.").removesuffix("d")
                self._tell_child(str(task.awaits["child_run_id"]), event, kind)

    def _tell_child(self, child_id: str, event: Event, kind: str) -> None:
        said: JsonObject = {"by": event.actor or self._state.by}
        sender = self._state.run_id
        self.batch.messages.append(
            NewMessage(child_id, f"{kind}:{event.seq}", kind, sender, said, self._now)
        )

    def _wait(self, event: Event, kind: str, asked: JsonObject) -> None:
        run_id, path = self._state.run_id, event.path
        wait_id = wait_id_of(run_id, path, kind, event.attempt)
        lasts = asked.get("expires_ms")
        expires = self._now + lasts if isinstance(lasts, int) else None
        self.batch.new_waits.append(
            NewWait(wait_id, run_id, path, kind, None, "", 1, asked, self._now, expires)
        )

    def _close_wait(self, event: Event, kind: str) -> None:
        wait_id = wait_id_of(self._state.run_id, event.path, kind, event.attempt)
        status = "cancelled" if event.type == "task.cancelled" else "resolved"
        self.batch.waits.append(WaitUpdate(wait_id, status, {}, self._now))

    def _approval(self, event: Event) -> None:
        run_id, data = self._state.run_id, event.data
        approval_id = str(data.get("approval_id"))
        timer = f"expire:{approval_id}"
        around = timed_around(self._index, self._state, event.path)
        if event.type == "approval.asked":
            lasts, need = data.get("expires_ms"), data.get("need")
            expires = self._now + lasts if isinstance(lasts, int) else None
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
                    self._now,
                    expires,
                )
            )
            if expires is not None:
                self.set_timer(timer, "expire", expires)
            for path in around:
                self.drop_timer(f"timeout:{path}")
            return
        status = self._state.approvals[approval_id].status
        self.batch.waits.append(WaitUpdate(approval_id, status, data, self._now))
        self.drop_timer(timer)
        for path in around:
            self._set_timeout(path)
        if event.call_id is not None and event.type != "approval.cancelled":
            self.batch.activities.append(
                ActivityUpdate(run_id, event.path, "ready", ready_at=self._now)
            )
