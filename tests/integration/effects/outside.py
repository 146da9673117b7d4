"""The world outside: it counts what reaches it, and can let the worker die on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agentry.base.json import JsonObject
from agentry.engine.engine import Engine
from agentry.engine.port import Lease
from agentry.journal.events import Draft
from agentry.tools.manifest import Manifest, OnInDoubt, Repeat
from agentry.tools.port import CallContext, CallResult

Point = Literal["before effect", "after effect", "after END", "after save"]
POINTS: tuple[Point, ...] = ("before effect", "after effect", "after END")
REPEATS: tuple[Repeat, ...] = ("pure", "read", "idempotent", "keyed", "opaque")


class Crash(BaseException):
    """The worker is gone: nothing it holds in memory is used again."""


@dataclass
class Outside:
    """A place where tools have their effects. It honours keys: one effect for each.

    `crash` is where the next worker that comes by dies; the first `failing` requests are answered
    with a failure. `look` is asked at the moment of each effect. Where it is `slow`, nothing
    happens before a call's start is durable.
    """

    crash: Point | None = None
    failing: int = 0
    slow: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[str] = field(default_factory=lambda: [])
    by_key: set[str] = field(default_factory=lambda: set())
    look: Callable[[], None] = lambda: None

    def come_by(self, point: Point) -> None:
        if self.crash == point:
            self.crash = None
            raise Crash

    async def perform(self, tool: str, args: JsonObject, context: CallContext) -> CallResult:
        del tool
        if self.slow:
            await self.begun.wait()
        self.come_by("before effect")
        self.requests.append(str(args.get("to")))
        self.by_key.add(context.key)
        self.look()
        self.come_by("after effect")
        if len(self.requests) <= self.failing:
            return CallResult(False, None, "tool_failed", "The outside said no.")
        return CallResult(True, args)

    def at_once(self, tool: str, args: JsonObject) -> CallResult | None:
        del tool, args

    async def reconcile(self, tool: str, context: CallContext) -> CallResult | None:
        del tool, context


class MortalEngine(Engine):
    """An engine whose worker may die right after a call's end is durable."""

    def __init__(self, engine: Engine, outside: Outside) -> None:
        super().__init__(engine.store, engine.applier, engine.bell, engine.clock)
        self._outside = outside

    async def report(self, lease: Lease, drafts: Sequence[Draft]) -> int:
        seq = await super().report(lease, drafts)
        if drafts[-1].type == "call.started":
            self._outside.begun.set()
        if any(draft.type in ("call.completed", "call.failed") for draft in drafts):
            self._outside.come_by("after END")
        if drafts[-1].type == "state.saved":
            self._outside.come_by("after save")
        return seq


def tool(repeat: Repeat, on_in_doubt: OnInDoubt | None = None) -> Manifest:
    return Manifest(
        name="send",
        description="Has an effect outside.",
        effects=("message",),
        workspace="none",
        repeat=repeat,
        on_in_doubt=on_in_doubt,
    )
