"""One change of one run: place the fact, settle what follows, collect the rows. No SQL, no I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import cast

import msgspec

from agentry.base.ids import id_of
from agentry.base.json import Json, JsonObject, encode
from agentry.engine.begin import CONTAINERS
from agentry.engine.bell import Hint
from agentry.engine.budget import counts_calls
from agentry.engine.decide import decide
from agentry.engine.outcomes import cancel_below
from agentry.engine.plan import PlanIndex
from agentry.engine.port import Applied, RunUpdate
from agentry.engine.project import Projection
from agentry.journal.events import TASK_OUTCOMES, Draft, Event
from agentry.journal.fold import fold
from agentry.journal.state import RunState, TaskState
from agentry.policy.calls import Ended, Place

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
        self.state = state
        self.now = now
        self._at_once = at_once
        self._instant: set[str] = set()
        self._due: deque[str] = deque()
        self.rows = Projection(index, state, now, self._instant)

    def place(self, draft: Draft) -> Event:
        """Give `draft` its seq and time, fold it, and note the rows it means."""
        if draft.type == "task.started" and self.state.started_at is None:
            self.place(Draft("run.started"))
        draft = self._named(draft)
        event = draft.placed(self.state.run_id, self.state.last_seq + 1, self.now)
        fold(self.state, event)
        self.rows.batch.events.append(event)
        self.rows.take(event)
        self._follow(event)
        return event

    def _named(self, draft: Draft) -> Draft:
        """Give a child run its id: it follows from the time, the parent and the place."""
        if draft.type != "task.waiting" or self.index.task(draft.path).kind != "flow":
            return draft
        child = id_of("run", self.now, self.state.run_id, draft.path, str(draft.attempt))
        return msgspec.structs.replace(draft, data={**draft.data, "child_run_id": child})

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
        if len(self._instant) >= MOST_INSTANT or counts_calls(self.index, self.state, draft.path):
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
        self.rows.revoked.append(path)

    def finish(self, flow: str) -> Applied:
        """Return what to tell the listeners once `batch` is committed."""
        state = self.state
        status = run_status(state)
        batch = self.rows.batch
        batch.update = RunUpdate(
            status,
            state.last_seq,
            self.now,
            state.started_at,
            state.ended_at,
            state.approvals_open,
            state.totals.to_json(),
            state.error,
            state.paused,
        )
        wakes = bool(batch.new_activities or batch.messages or batch.release_held) or any(
            found.status == "ready" for found in batch.activities
        )
        hint = Hint(state.run_id, state.last_seq, flow, status, state.approvals_open)
        return Applied(hint, wakes, tuple(self.rows.revoked))

    def _follow(self, event: Event) -> None:
        """Note whom the event gives something to decide."""
        if event.type == "run.cancel_requested":
            self._due.append("")
        elif event.type in ("run.accepted", "run.resumed"):
            self._due += ["", *self._open_containers()]
        elif event.type == "message.received":
            self._due += self._waiting_for(event.data.get("name"))
        elif event.type in TASK_OUTCOMES or event.type == "task.released":
            self._due.append(self.index.parent(event.path))
        elif event.type == "task.started" and self.index.task(event.path).kind in CONTAINERS:
            self._due.append(event.path)
        elif event.type == "task.waiting" and self.state.messages and "message" in event.data:
            self._due.append(self.index.parent(event.path))

    def _open_containers(self) -> list[str]:
        return [
            task.path
            for task in self.state.tasks.values()
            if task.status == "running" and task.kind in CONTAINERS
        ]

    def _waiting_for(self, name: Json) -> list[str]:
        return [
            self.index.parent(task.path)
            for task in self.state.tasks.values()
            if task.status == "waiting" and task.awaits.get("message") == name
        ]


def run_status(state: RunState) -> str:
    """Return the status of the run's row: `waiting` when only people are waited for."""
    if state.ended_at is not None or state.cancel is not None:
        return state.status
    tasks = state.tasks.values()
    if any(_works(task) for task in tasks):
        return "running" if state.started_at is not None else "accepted"
    waits = any(task.status in ("waiting", "held") for task in tasks)
    return "waiting" if waits else state.status


def _works(task: TaskState) -> bool:
    if task.kind == "flow":
        return task.status == "waiting"
    return task.status in ("ready", "running") and task.kind in ("agent", "tool")


def error_of(code: str, message: str) -> JsonObject:
    """Return an error as events carry it."""
    return {"code": code, "message": message}
