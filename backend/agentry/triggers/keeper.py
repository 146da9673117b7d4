"""Turn triggers on and off, and start what they ask for: each time once, whoever crashes when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from agentry.base.clock import Clock
from agentry.base.errors import AgentryError, Conflict, NotFound
from agentry.base.ids import new_id
from agentry.base.json import Json, JsonObject
from agentry.flow.document import Document
from agentry.flow.expr import resolve
from agentry.journal.state import ENDED
from agentry.triggers.port import Firing, Trigger, TriggerRows
from agentry.triggers.times import due_times, next_time
from agentry.triggers.wanted import wanted_by

LONGEST_S = 30.0
AGAIN_S = 5.0
_AT_ONCE = 50
_LATER = frozenset({429, 503, 507})
T = TypeVar("T")


class Rows(Protocol):
    """Runs a closure in one transaction; the answer comes after COMMIT."""

    async def __call__(self, act: Callable[[TriggerRows], T]) -> T: ...


class Flows(Protocol):
    """The flows that triggers start."""

    async def document(self, flow: str) -> Document:
        """Return a flow as it is now; raise where it is not there or has errors."""
        ...

    async def start(self, flow: str, inputs: JsonObject, by: str, idem_key: str) -> str:
        """Start a run, once for a key; return its id."""
        ...

    async def status(self, run_id: str) -> str: ...
    async def cancel(self, run_id: str, by: str, reason: str) -> None: ...


class NoTriggers(Conflict):
    """The flow has no `on:`."""

    code = "no_triggers"

    def __init__(self, flow: str) -> None:
        super().__init__(
            f"Flow {flow!r} says nothing of what starts it.",
            hint="Write `on: {schedule: [...]}` or `on: {webhook: {secret: NAME}}` in it.",
        )


class Keeper:
    """The triggers of one data folder. `run` starts what is due until it is cancelled."""

    def __init__(self, rows: Rows, flows: Flows, clock: Clock) -> None:
        self._rows = rows
        self._flows = flows
        self._clock = clock
        self._changed = asyncio.Event()

    async def all(self, flow: str | None = None) -> Sequence[Trigger]:
        """Return the triggers that are known, of one flow or of all."""
        return await self._rows(lambda rows: rows.of_flow(flow))

    async def turn(self, flow: str, *, on: bool) -> Sequence[Trigger]:
        """Turn all triggers of a flow on, as it says them now, or off; raise `NoTriggers`."""
        if on:
            wanted = wanted_by(await self._flows.document(flow), flow)
            if not wanted:
                raise NoTriggers(flow)
            await self._write(flow, wanted)
        else:
            await self._rows(lambda rows: self._all_off(rows, flow))
        self._changed.set()
        return await self.all(flow)

    async def follow(self, flow: str) -> None:
        """Let triggers that are on follow a flow that was changed."""
        known = await self.all(flow)
        if not any(trigger.enabled for trigger in known):
            return
        with suppress(AgentryError):
            await self._write(flow, wanted_by(await self._flows.document(flow), flow))
            self._changed.set()

    async def call(self, trigger_id: str, key: str, event: JsonObject) -> tuple[str, bool]:
        """Start what a webhook asks for; return the run's id and whether the call came before."""
        trigger = await self._rows(lambda rows: rows.get(trigger_id))
        if trigger is None or not trigger.enabled or trigger.kind != "webhook":
            raise NotFound("webhook", trigger_id, hint="Is it turned on? See the flow's triggers.")
        before = await self._rows(lambda rows: rows.firing(trigger_id, key))
        if before is not None and before.run_id is not None:
            return before.run_id, True
        run_id = await self._start(trigger, key, event)
        await self._note(trigger, key, run_id, "started", None)
        return run_id, False

    async def run(self) -> None:
        """Start what is due, for ever."""
        while True:
            self._changed.clear()
            try:
                wait_s = await self._fire_due()
            except AgentryError:
                # The store cannot be written: whatever is due stays due.
                wait_s = AGAIN_S
            with suppress(TimeoutError):
                async with asyncio.timeout(max(wait_s, 0.01)):
                    await self._changed.wait()

    async def fire_due(self) -> None:
        """Start once what is due now."""
        await self._fire_due()

    async def _fire_due(self) -> float:
        now = self._clock.now_ms()
        for trigger in await self._rows(lambda rows: rows.due(now, _AT_ONCE)):
            if not await self._fire(trigger, now):
                return AGAIN_S
        soonest = await self._rows(lambda rows: rows.soonest())
        if soonest is None:
            return LONGEST_S
        return min(LONGEST_S, (soonest - self._clock.now_ms()) / 1000)

    async def _fire(self, trigger: Trigger, now: int) -> bool:
        """Start the runs of a schedule that are due; False where that must be tried again."""
        times, left_out = due_times(trigger.spec, trigger.next_at or now, now)
        for time in left_out:
            await self._note(trigger, str(time), None, "missed", time)
        for time in times:
            event: JsonObject = {"scheduled_at": time, "fired_at": now}
            try:
                run_id = await self._unless_it_runs(trigger, str(time), event)
            except AgentryError as problem:
                if problem.status in _LATER:
                    return False
                await self._note(trigger, str(time), None, problem.detail, time)
                continue
            await self._note(trigger, str(time), run_id, "started" if run_id else "overlap", time)
        if not times:
            await self._rows(lambda rows: rows.put(self._next(trigger, now), now))
        return True

    async def _unless_it_runs(self, trigger: Trigger, key: str, event: JsonObject) -> str | None:
        """Start a run; None where an earlier one goes on and the schedule says to skip then."""
        overlap = trigger.spec.get("overlap") or "skip"
        latest = await self._rows(lambda rows: rows.latest(trigger.trigger_id))
        goes_on = (
            latest is not None
            and latest.run_id is not None
            and latest.fire_key != key
            and await self._goes_on(latest.run_id)
        )
        if goes_on and overlap == "skip":
            return None
        if goes_on and overlap == "cancel" and latest is not None and latest.run_id is not None:
            with suppress(Conflict):
                await self._flows.cancel(latest.run_id, _by(trigger), "The next run was due.")
        return await self._start(trigger, key, event)

    async def _goes_on(self, run_id: str) -> bool:
        try:
            return await self._flows.status(run_id) not in ENDED
        except NotFound:
            return False

    async def _start(self, trigger: Trigger, key: str, event: JsonObject) -> str:
        document = await self._flows.document(trigger.flow)
        given = trigger.spec.get("inputs")
        if isinstance(given, dict) and given:
            resolved = resolve(given, {"event": event})
            inputs = resolved if isinstance(resolved, dict) else {}
        else:
            inputs = _named(event.get("body"), document)
        idem_key = f"trigger:{trigger.trigger_id}:{key}"
        return await self._flows.start(trigger.flow, inputs, _by(trigger), idem_key)

    async def _note(
        self, trigger: Trigger, key: str, run_id: str | None, outcome: str, time: int | None
    ) -> None:
        firing = Firing(trigger.trigger_id, key, run_id, outcome, self._clock.now_ms())
        next_at = None if time is None else next_time(trigger.spec, time)
        await self._rows(lambda rows: rows.fired(firing, next_at))

    async def _write(self, flow: str, wanted: Sequence[Trigger]) -> None:
        now = self._clock.now_ms()

        def act(rows: TriggerRows) -> None:
            names = {trigger.name for trigger in wanted}
            for old in rows.of_flow(flow):
                if old.name not in names:
                    rows.drop(old.trigger_id)
            for trigger in wanted:
                rows.put(self._next(trigger, now), now)

        await self._rows(act)

    def _next(self, trigger: Trigger, now: int) -> Trigger:
        next_at = next_time(trigger.spec, now) if trigger.kind == "schedule" else None
        return Trigger(
            trigger.trigger_id or new_id("trg", now),
            trigger.flow,
            trigger.name,
            trigger.kind,
            trigger.spec,
            enabled=True,
            next_at=next_at,
            last_at=trigger.last_at,
        )

    def _all_off(self, rows: TriggerRows, flow: str) -> None:
        now = self._clock.now_ms()
        for old in rows.of_flow(flow):
            off = Trigger(old.trigger_id, flow, old.name, old.kind, old.spec, enabled=False)
            rows.put(off, now)


def _by(trigger: Trigger) -> str:
    return f"trigger {trigger.name}"


def _named(body: Json | None, document: Document) -> JsonObject:
    """Return those fields of a webhook's body that the flow asks for by name."""
    if not isinstance(body, dict):
        return {}
    return {name: body[name] for name in document.inputs if name in body}
