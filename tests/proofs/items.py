"""The paths of a run as plain objects, and what each of them is to its list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agentry.base.json import Json
from tests.proofs.timed_programs import Spec

_KINDS = ("tool", "sequential", "parallel", "condition", "loop", "approval", "wait")
BAD = ("failed", "timed_out", "cancelled")


@dataclass(eq=False)
class Item:
    """One path of a run. `status` running: not over, whatever it waits for."""

    path: str
    kind: str
    spec: Spec
    above: Item | None
    list: list[Spec] = field(default_factory=lambda: [])
    options: Spec = field(default_factory=lambda: {})
    status: str = "running"
    output: Json = None
    code: str = ""
    attempt: int = 1
    given: Any = None
    due: int | None = None
    votes: int = 0
    loop: Spec = field(default_factory=lambda: {})
    rescue: Item | None = None


def kind_of(spec: Spec) -> str:
    return next(kind for kind in _KINDS if kind in spec)


def needs_of(item: Item, place: int) -> list[str]:
    """Return what a task waits for: what it says, or in a sequence the task above it."""
    default = [] if "parallel" in item.spec or place == 0 else [item.list[place - 1]["id"]]
    return item.list[place].get("needs", default)


def rescue_of(item: Item) -> list[Spec] | None:
    """Return the list that runs because the task failed."""
    if item.status not in ("failed", "timed_out"):
        return None
    on_expire = item.spec.get("approval", {}).get("on_expire")
    if item.code == "approval_expired" and on_expire:
        return on_expire
    on_error = item.spec.get("on_error", "fail")
    return None if isinstance(on_error, str) else on_error


def is_over(item: Item) -> bool:
    if item.status == "running":
        return False
    return rescue_of(item) is None or (item.rescue is not None and is_over(item.rescue))


def is_bad(item: Item) -> bool:
    if item.status not in BAD or item.spec.get("on_error") == "continue":
        return False
    return rescue_of(item) is None or item.rescue is None or is_bad(item.rescue)


def is_dead(item: Item) -> bool:
    """Say whether those who need the task must not begin: it failed, or one it needs did."""
    return (item.status == "skipped" and item.code == "needs") or (is_over(item) and is_bad(item))


def code_of(item: Item) -> str:
    return item.rescue.code if item.rescue is not None else item.code


def view_of(item: Item | None) -> Spec:
    if item is None:
        return {"output": None, "status": "pending", "error": None}
    return {"output": item.output, "status": item.status, "error": None}
