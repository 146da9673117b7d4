"""Runs while a flow is being developed: pins, one task only, breakpoints, steps."""

from __future__ import annotations

import re

from agentry.base.json import Json
from agentry.engine.plan import PlanTask
from agentry.journal.events import Draft
from agentry.journal.state import RunState, Trial

_ITERATION = re.compile(r"@\d+(?=/|$)")


def plain(path: str) -> str:
    """Return `path` as the flow's text has it: without the numbers of iterations."""
    return _ITERATION.sub("", path)


def pin_of(trial: Trial, task: PlanTask) -> tuple[Json] | None:
    """Return the output that stands in place of a run of `task`, or None where it must run."""
    for path in (task.path, plain(task.path)):
        if path in trial.pins:
            return (trial.pins[path],)
    return (task.pin,) if trial.development and task.pinned else None


def wanted(trial: Trial, path: str) -> bool:
    """Return whether the task at `path` is, holds, lies in, or stands in for what is wanted."""
    if trial.only is None or path in trial.pins or plain(path) in trial.pins:
        return True
    here, only = plain(path), trial.only
    return here == only or here.startswith(f"{only}/") or only.startswith(f"{here}/")


def hold(state: RunState, task: PlanTask) -> Draft | None:
    """Return the event that holds `task` before it begins, or None where it may go on."""
    trial = state.trial
    if task.path in trial.released or task.disabled or not wanted(trial, task.path):
        return None
    if plain(task.path) in trial.breakpoints:
        return Draft("task.held", task.path, 1, {"kind": task.kind, "reason": "breakpoint"})
    if trial.stepping:
        return Draft("task.held", task.path, 1, {"kind": task.kind, "reason": "step"})
    return None
