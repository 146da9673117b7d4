"""Plays a program on a real database, with bad luck, and compares it with what it should be."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agentry.base.json import encode
from agentry.engine.errors import LeaseLost
from agentry.engine.port import Lease
from agentry.engine.trial import plain
from agentry.journal.events import Event
from agentry.journal.fold import fold_all
from agentry.journal.state import ENDED
from tests.proofs.programs import Vertex
from tests.proofs.reference import OPEN, Reference, fate_of
from tests.unit.engine.lab import Lab
from tests.unit.engine.traced import unproven

LONG_MS = 120_000
LEASE_MS = 15_000


def differences(program: Vertex, seed: int) -> list[str]:
    """Play `program` with the luck of `seed`; return where the engine and the reference differ."""
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        try:
            run = asyncio.run(_Play(lab, program, random.Random(seed)).to_the_end())
            return [*lab.broken(), *unproven(lab), *_compared(lab, program, run)]
        finally:
            lab.close()


@dataclass
class _Play:
    """One run of `program`: who holds what, and who has lost it without knowing."""

    lab: Lab
    program: Vertex
    dice: random.Random
    held: list[Lease] = field(default_factory=lambda: list[Lease]())
    lost: list[Lease] = field(default_factory=lambda: list[Lease]())

    async def to_the_end(self) -> str:
        run = await self.lab.start(encode(self.program))
        leaves = _leaves(self.program["tasks"])
        idle = 0
        while self.lab.summary(run).status not in ENDED:
            luck = self.dice.random()
            if luck < 0.06:
                self.lab.restart()
            elif luck < 0.14 and self.held:
                await self._lose()
            elif luck < 0.2 and self.lost:
                await self._lie(self.lost.pop())
            elif luck < 0.75 and self.held:
                idle = 0
                lease = self.held.pop(self.dice.randrange(len(self.held)))
                await self._report(lease, leaves[plain(lease.path)])
            else:
                found = await self.lab.claim(self.dice.randint(1, 3), self.dice.choice("vw"))
                self.held += found
                if not found and not self.held:
                    idle += 1
                    assert idle < 9, f"stuck: {self.lab.types(run)}"
                    await self.lab.pass_time(LONG_MS)
        for lease in [*self.held, *self.lost]:
            await self._lie(lease)
        return run

    async def _report(self, lease: Lease, leaf: Vertex) -> None:
        outcome, last, value = fate_of(leaf, lease.path)
        try:
            if outcome == "completed" and lease.attempt == last:
                await self.lab.complete(lease, value)
            else:
                await self.lab.fail(lease)
        except LeaseLost:
            # A sibling's end has cancelled it; the comparison says whether it was right to.
            assert self.lab.status_of(lease.run_id, lease.path) == "cancelled"

    async def _lose(self) -> None:
        """Let every lease end, and others take over."""
        self.lost += self.held
        self.lab.clock.advance(LEASE_MS)
        self.held = await self.lab.claim(99, "x")

    async def _lie(self, lease: Lease) -> None:
        """Let one who has lost its task report what nobody should believe."""
        with pytest.raises(LeaseLost):
            await self.lab.complete(lease, "a lie")


def _leaves(vertices: list[Vertex]) -> dict[str, Vertex]:
    """Return every leaf by its path in the flow's text."""
    found: dict[str, Vertex] = {}

    def walk(vertex: Vertex, path: str) -> None:
        if "tool" in vertex:
            found[path] = vertex
        for name, inner in _inside(vertex).items():
            for child in inner:
                walk(child, f"{path}{name}/{child['id']}")

    for vertex in vertices:
        walk(vertex, vertex["id"])
    return found


def _inside(vertex: Vertex) -> dict[str, list[Vertex]]:
    """Return the lists of a vertex by what stands between its path and theirs."""
    form = vertex.get("condition", {})
    branches = {**{k: form[k] for k in ("then", "else", "default") if k in form}}
    branches |= form.get("cases", {})
    lists = {f"/{name.replace('/', '%2F')}": inner for name, inner in branches.items()}
    box: Vertex = vertex.get("parallel") or vertex.get("loop") or {}
    own = vertex.get("sequential") or box.get("do", [])
    rescue = vertex.get("on_error")
    return {**lists, "": own, "/on_error": rescue if isinstance(rescue, list) else []}


def _compared(lab: Lab, program: Vertex, run: str) -> list[str]:
    events = lab.events(run)
    ends, spans = _times(events)
    said = Reference(program, ends)
    state = fold_all(run, events)
    real = {
        path: (*spans[path], task.status, task.output, task.given.get("args"))
        for path, task in state.tasks.items()
    }
    wanted = {
        path: (told.start, told.end, told.outcome, told.output, told.given)
        for path, told in said.told.items()
    }
    found = [
        f"{path}: is {real.get(path)}, should be {wanted.get(path)}"
        for path in sorted(real.keys() | wanted.keys())
        if real.get(path) != wanted.get(path)
    ]
    if (state.status, lab.outputs(run)) != (said.status, said.outputs):
        found.append(f"run: is {state.status} {lab.outputs(run)}, not {said.status} {said.outputs}")
    return found


def _times(events: Sequence[Event]) -> tuple[dict[str, int], dict[str, list[float]]]:
    """Return at which tick each leaf's work ended, and from when to when each task went."""
    tick = 0
    ends: dict[str, int] = {}
    spans: dict[str, list[float]] = {}
    for event in events:
        over = event.type in ("task.completed", "task.failed")
        if over and event.fence:
            tick += 1
            ends[event.path] = tick
        if event.path:
            span = spans.setdefault(event.path, [tick, OPEN])
            if over or event.type in ("task.skipped", "task.cancelled"):
                span[1] = tick
    return ends, spans
