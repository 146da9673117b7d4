"""`agentry trace replay`: a run as it happened, from its trace alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from agentry.base.json import JsonObject
from agentry.base.settings import load_settings
from agentry.cli import console, report
from agentry.cli.trace_open import Story, opened, told
from agentry.engine.change import run_status
from agentry.journal.events import Event
from agentry.journal.fold import fold
from agentry.journal.state import RunState
from agentry.journal.trace_read import BadTrace

if TYPE_CHECKING:
    from agentry.cli.progress import View

LONGEST_S = 3.0
"""No pause is longer, however long a person took to answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    trace: str
    speed: float
    instant: bool
    until: int | None
    state: bool


@dataclass
class Pace:
    """The time of a replay: each event comes as long after the one before as it did, by `speed`.

    `speed` 0: at once.
    """

    speed: float
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _at: int = 0
    _since: float = field(default=0.0)

    def come_to(self, ts: int) -> None:
        """Wait until the time `ts` (ms UTC) of the run has come."""
        if self.speed and self._at and ts > self._at:
            self.sleep(min((ts - self._at) / 1000 / self.speed, LONGEST_S))
        self._at, self._since = ts, self.monotonic()

    def now_ms(self) -> int:
        """Return the time of the run, which goes on between its events."""
        return self._at + int((self.monotonic() - self._since) * 1000 * self.speed)


def replay(wanted: Wanted) -> int:
    """Show the run; return the exit code. Raises `BadTrace`, `WrongUse`, `NotFound`."""
    with opened(wanted.trace) as file:
        story = told(file)
        for left_out in story.skipped:
            console.say(left_out)
        if wanted.state:
            return _print_state(story, wanted)
        return _show(story, wanted)


def _print_state(story: Story, wanted: Wanted) -> int:
    state = RunState(str(story.header.get("run_id")))
    for event in _some(story.events, wanted.until):
        take(state, event)
    _check_reached(state, wanted.until)
    value: dict[str, Any] = msgspec.to_builtins(state, order="deterministic", str_keys=True)
    console.out_json({**value, "status": run_status(state)})
    return console.OK


def _show(story: Story, wanted: Wanted) -> int:
    from agentry.cli.progress import LiveView

    screen = console.rich_err()
    watched = screen.is_terminal and not wanted.instant
    pace = Pace(wanted.speed if watched else 0.0)
    view = LiveView(screen, pace.now_ms)
    try:
        state = play(story, view, pace, wanted.until)
    finally:
        view.close()
    _check_reached(state, wanted.until)
    if not state.last_seq:
        console.say("The trace is empty: nothing happened.")
        return console.OK
    run = run_of(story.header, state)
    report.show(run, load_settings().home / "runs" / state.run_id / "workspace")
    if run["error"] is not None:
        report.say_why(run)
    return console.OK


def play(story: Story, view: View, pace: Pace, until: int | None = None) -> RunState:
    """Show the events to `view` one after another; return the state after the last of them."""
    state = RunState(str(story.header.get("run_id")))
    for event in _some(story.events, until):
        pace.come_to(event.ts)
        take(state, event)
        view.see(msgspec.to_builtins(event))
    return state


def take(state: RunState, event: Event) -> None:
    """Fold one event; raise `BadTrace` where it cannot follow on what came before."""
    try:
        fold(state, event)
    except (AssertionError, LookupError, TypeError, ValueError):
        raise BadTrace(
            f"Event {event.seq} ({event.type}) does not fit what came before it.", seq=event.seq
        ) from None


def run_of(header: JsonObject, state: RunState) -> JsonObject:
    """Return a folded run in the shape that reports are made of."""
    began = state.started_at if state.started_at is not None else state.created_at
    ended = state.ended_at
    return {
        "run_id": state.run_id,
        "flow": header.get("flow"),
        "title": header.get("title") or header.get("flow"),
        "status": run_status(state),
        "outputs": state.outputs,
        "error": state.error,
        "usage": state.totals.to_json(),
        "duration_ms": None if ended is None else ended - began,
    }


def _some(events: Iterator[Event], until: int | None) -> Iterator[Event]:
    for event in events:
        yield event
        if event.seq == until:
            return


def _check_reached(state: RunState, until: int | None) -> None:
    if until is not None and state.last_seq < until:
        raise console.WrongUse(f"The trace has {state.last_seq} events, so none is event {until}.")
