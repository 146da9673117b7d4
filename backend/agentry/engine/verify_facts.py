"""The facts of a trace: what came from outside, told apart by its first event and taken in again.

A fact is whatever the engine could not have worked out: that a run was asked for, that a worker
took a task, what a model or a tool gave, what a person said, that a moment had come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import msgspec

from agentry.base.json import Json, JsonObject
from agentry.engine import operate
from agentry.engine.answer import answer
from agentry.engine.budget import refusal
from agentry.engine.change import Change, error_of
from agentry.engine.outcomes import failure
from agentry.engine.plan import PlanIndex
from agentry.engine.port import Batch
from agentry.engine.timers import FIRE
from agentry.engine.verify_work import check_work
from agentry.journal.events import Draft, Event
from agentry.journal.state import RunState

_SKEW_MS = 1000
"""A timer is due by the store's clock, and its event is timed by the engine's."""


class NoFact(Exception):
    """The next event is no fact, nor does it follow; the text completes "Event 7 (…) "."""


class Upcoming(Protocol):
    """The events still to come."""

    def at(self, distance: int) -> Event | None: ...


@dataclass(slots=True)
class _Activity:
    """What a worker may take: as far as the journal tells."""

    status: str
    attempt: int
    fence: int = 0


class Facts:
    """Takes in facts, and keeps what they need to be possible: timers set and work to be had."""

    def __init__(self, header: JsonObject, index: PlanIndex, state: RunState) -> None:
        self._header = header
        self._index = index
        self._state = state
        self._timers: dict[str, int] = {}
        self._activities: dict[str, _Activity] = {}
        self._asked: set[tuple[str, int]] = set()
        self._steps: set[tuple[Json, ...]] = set()

    def note(self, batch: Batch) -> None:
        """Keep what a change means for the changes after it."""
        for timer in batch.new_timers:
            self._timers[timer.timer_key] = timer.fire_at
        for key in batch.dropped_timers:
            self._timers.pop(key, None)
        for new in batch.new_activities:
            self._activities[new.path] = _Activity("ready", new.attempt)
        for found in batch.activities:
            activity = self._activities.get(found.path)
            if activity is None:
                continue
            activity.status = found.status
            activity.attempt = found.attempt or activity.attempt
            activity.fence += found.bump

    def take(self, change: Change, event: Event, upcoming: Upcoming) -> None:
        """Let the fact that begins with `event`, the next of `upcoming`, happen to `change`.

        Raises `NoFact`, and what facts raise.
        """
        if event.seq == 1 or event.type == "run.accepted":
            self._accept(change, event)
        elif event.type == "run.started":
            self._claim(change, upcoming.at(1) or event)
        elif event.type == "task.started" and event.fence is None:
            self._fire(change, "retry", event.path)
        elif event.fence is not None:
            if event.type == "task.started":
                self._claim(change, event)
            else:
                self._report(change, event)
        elif event.type in ("task.cancelled", "approval.cancelled", "task.timed_out"):
            self._fire(change, "timeout", _timed_out(upcoming))
        else:
            self._told(event)(change)

    def _told(self, event: Event) -> Callable[[Change], None]:
        """Return what a person, another run or a timer did, as something to be done again."""
        data, path = event.data, event.path
        by, reason = str(data.get("by") or ""), str(data.get("reason") or "")
        match event.type:
            case "run.cancel_requested":
                return lambda change: operate.cancel(change, by, reason)
            case "run.paused":
                return lambda change: operate.pause(change, by, reason)
            case "run.resumed":
                return lambda change: operate.resume(change, by)
            case "message.received":
                name, msg_id = str(data["name"]), str(data["msg_id"])
                return lambda change: _heard(change, name, data.get("payload"), msg_id, by)
            case "breakpoints.set":
                paths = [str(item) for item in cast(list[Json], data["paths"])]
                return lambda change: operate.set_breakpoints(change, paths, by)
            case "task.released":
                step, given = data.get("step") is True, data.get("given")
                edited = given if isinstance(given, dict) else None
                return lambda change: operate.release(change, path, step=step, given=edited, by=by)
            case "approval.voted" | "approval.decided":
                args = data.get("args")
                edited = args if isinstance(args, dict) else None
                asked, said = str(data["approval_id"]), str(data["decision"])
                return lambda change: answer(change, asked, said, by, reason, edited)
            case "approval.expired":
                return lambda change: self._fire(change, "expire", str(data["approval_id"]))
            case "task.completed" | "task.failed" | "task.retried":
                return lambda change: self._outside(change, event)
            case _:
                raise NoFact("does not follow from what came before it")

    def _accept(self, change: Change, event: Event) -> None:
        if event.seq != 1 or event.type != "run.accepted":
            raise NoFact("is not how a run begins")
        for name in ("flow", "title", "revision"):
            if event.data.get(name) != self._header.get(name):
                raise NoFact(f"says another {name} than the header")
        if self._header.get("tools") != self._index.plan.tools:
            raise NoFact("comes with other tools than the plan was made with")
        change.place(_draft(event))

    def _claim(self, change: Change, event: Event) -> None:
        task, activity = self._state.tasks.get(event.path), self._activities.get(event.path)
        if event.type != "task.started" or event.fence is None or activity is None or task is None:
            raise NoFact("does not follow from what came before it")
        if activity.status not in ("ready", "leased") or self._state.paused:
            raise NoFact("begins work that is not to be had")
        if event.fence <= activity.fence:
            raise NoFact(f"has fence {event.fence}, and {activity.fence} was given before")
        resumed = task.fence > 0
        activity.status, activity.fence = "leased", event.fence
        data: JsonObject = {
            "kind": task.kind,
            "worker": event.data.get("worker"),
            "resumed": resumed,
        }
        change.place(Draft("task.started", event.path, activity.attempt, data, fence=event.fence))

    def _report(self, change: Change, event: Event) -> None:
        task = self._state.tasks.get(event.path)
        if task is None or task.status != "running" or task.fence != event.fence:
            raise NoFact(f"is told under fence {event.fence}, which does not hold the task")
        if task.attempt != event.attempt:
            raise NoFact(f"is of attempt {event.attempt} in attempt {task.attempt}")
        attempt = (event.path, event.attempt)
        asked = attempt in self._asked
        reason = check_work(self._index, self._state, task, event, asked=asked)
        if reason:
            raise NoFact(reason)
        self._once(event)
        if event.type == "turn.started":
            self._asked.add(attempt)
        draft = _draft(event)
        refused = refusal(self._index, self._state, draft, change.now)
        if refused is not None:
            raise NoFact(f"was not allowed: {str(refused['message']).rstrip('.')}")
        if event.type in ("task.failed", "task.retried"):
            error = cast(JsonObject, event.data["error"])
            plan_task = self._index.task(event.path)
            draft = failure(self._state, plan_task, event.attempt, error, change.now)
        change.place(msgspec.structs.replace(draft, fence=event.fence))

    def _once(self, event: Event) -> None:
        """Refuse a step of a turn or a call that its worker has told before."""
        if not event.type.startswith(("turn.", "call.")):
            return
        step = (event.type, event.path, event.call_id, event.data.get("turn"), event.fence)
        if step in self._steps:
            raise NoFact("is told a second time")
        self._steps.add(step)

    def _outside(self, change: Change, event: Event) -> None:
        """Take in what ended, or moved on, without a worker."""
        task, data = self._state.tasks.get(event.path), event.data
        if task is None:
            raise NoFact("does not follow from what came before it")
        if "child_run_id" in data:
            self._child_ended(change, event)
        elif event.type == "task.completed" and data.get("pinned") is True:
            operate.skip(change, event.path, str(data.get("by")), data.get("output"))
        elif event.type == "task.completed":
            self._fire(change, "wait", event.path)
        elif event.type == "task.retried":
            self._fire(change, "timeout", event.path)
        elif task.awaits.get("message") is not None:
            self._fire(change, "lapse", event.path)
        else:
            self._crashed(change, event)

    def _child_ended(self, change: Change, event: Event) -> None:
        path, data = event.path, event.data
        task, child_id = self._state.tasks[path], data["child_run_id"]
        if task.status != "waiting" or task.awaits.get("child_run_id") != child_id:
            raise NoFact(f"tells of child run {child_id}, which the task does not wait for")
        if event.type == "task.completed":
            said: JsonObject = {"kind": task.kind, "output": data.get("output")}
            draft = Draft("task.completed", path, task.attempt, said)
        else:
            error = cast(JsonObject, data["error"])
            draft = failure(self._state, self._index.task(path), task.attempt, error, change.now)
        told = {**draft.data, "child_run_id": child_id}
        change.place(Draft(draft.type, path, task.attempt, told, usage=event.usage))

    def _crashed(self, change: Change, event: Event) -> None:
        activity = self._activities.get(event.path)
        error = event.data.get("error")
        message = str(error.get("message")) if isinstance(error, dict) else ""
        times = re.search(r"lost its worker (\d+) times", message)
        if times is None or activity is None or activity.status not in ("ready", "leased"):
            raise NoFact("does not follow from what came before it")
        said = f"Task {event.path!r} lost its worker {times[1]} times and was given up."
        data: JsonObject = {"error": error_of("worker_crash_loop", said)}
        change.place(Draft("task.failed", event.path, activity.attempt, data))

    def _fire(self, change: Change, kind: str, subject: str) -> None:
        key = f"{kind}:{subject}"
        fire_at = self._timers.get(key)
        if fire_at is None:
            raise NoFact("does not follow from what came before it")
        if change.now + _SKEW_MS < fire_at:
            raise NoFact(f"comes {fire_at - change.now} ms before its time")
        change.rows.batch.dropped_timers.append(key)
        FIRE[kind](change, subject)


def _heard(change: Change, name: str, payload: Json, msg_id: str, by: str) -> None:
    if not operate.receive(change, name, payload, msg_id, by):
        raise NoFact(f"brings message {msg_id!r} a second time")


def _timed_out(upcoming: Upcoming) -> str:
    """Return the task whose time-out the next events tell of: what is below it ends first."""
    distance = 0
    while (event := upcoming.at(distance)) is not None:
        if event.type == "task.timed_out":
            return event.path
        if event.type not in ("task.cancelled", "approval.cancelled"):
            break
        distance += 1
    raise NoFact("does not follow from what came before it")


def _draft(event: Event) -> Draft:
    return Draft(
        event.type,
        event.path,
        event.attempt,
        event.data,
        event.call_id,
        event.usage,
        event.fence,
        event.actor,
    )
