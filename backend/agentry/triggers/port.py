"""Triggers as rows, and what is needed of a store to keep them. Times in ms UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from agentry.base.json import JsonObject

Kind = Literal["schedule", "webhook"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One entry of a flow's `on:`. `name` says its place: `schedule-1`, `webhook`.

    `spec` is what the flow said when it was turned on; `next_at` None where no time is due.
    """

    trigger_id: str
    flow: str
    name: str
    kind: Kind
    spec: JsonObject
    enabled: bool
    next_at: int | None = None
    last_at: int | None = None


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a trigger fired. `fire_key` is the time it was due, or the id of the call.

    `outcome`: started, overlap, missed, or a sentence about what went wrong.
    """

    trigger_id: str
    fire_key: str
    run_id: str | None
    outcome: str
    fired_at: int


class TriggerRows(Protocol):
    """Reads and writes of one transaction."""

    def put(self, trigger: Trigger, now: int) -> None:
        """Keep a trigger; one of the same flow and name is replaced, its id and last time stay."""
        ...

    def drop(self, trigger_id: str) -> None: ...
    def get(self, trigger_id: str) -> Trigger | None: ...
    def of_flow(self, flow: str | None) -> Sequence[Trigger]:
        """Return the triggers of one flow, or of all (None), in the order of flow and name."""
        ...

    def due(self, now: int, limit: int) -> Sequence[Trigger]: ...
    def soonest(self) -> int | None: ...
    def fired(self, firing: Firing, next_at: int | None) -> bool:
        """Note a firing and when the next one is due; False where it was noted before."""
        ...

    def firing(self, trigger_id: str, fire_key: str) -> Firing | None: ...
    def latest(self, trigger_id: str) -> Firing | None:
        """Return the newest firing that started a run."""
        ...
