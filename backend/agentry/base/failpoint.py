"""Die on purpose at a named place, so that a test can prove what a crash there costs.

`AGENTRY_FAILPOINTS=effect.after:kill9@2` kills this process when it comes by `effect.after` for
the second time; several are parted by commas. Where nothing is armed, a fail-point costs one look
at an empty dictionary.
"""

from __future__ import annotations

import os
import signal

NAMES = (
    "commit.begun",
    "commit.before",
    "commit.after",
    "claim.after",
    "heartbeat.before",
    "heartbeat.after",
    "leave.before",
    "turn.asked",
    "turn.before",
    "turn.after",
    "call.before",
    "effect.before",
    "effect.after",
    "call.after",
    "question.before",
    "question.after",
    "outcome.before",
    "outcome.after",
    "failure.before",
)
"""Every fail-point there is; each stands in one place of the code."""

_armed: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Come by the place `name`; does nothing unless the name is armed."""
    if _armed:
        _come_by(name)


def arm(text: str) -> None:
    """Arm `name:kill9@n` items, parted by commas; raise `ValueError` where one is not that."""
    _armed.clear()
    for item in filter(None, text.split(",")):
        name, _, action = item.partition(":")
        verb, _, nth = action.partition("@")
        if name not in NAMES or verb != "kill9" or not nth.isdecimal() or int(nth) < 1:
            known = ", ".join(NAMES)
            raise ValueError(f"{item!r} is not such as call.after:kill9@1; names: {known}")
        _armed[name] = int(nth)


def _come_by(name: str) -> None:
    left = _armed.get(name)
    if left is None:
        return
    if left == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    _armed[name] = left - 1


arm(os.environ.get("AGENTRY_FAILPOINTS", ""))
