"""What people do to runs from outside: pause, go on, fork, send, hold, release."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from agentry.base.clock import Clock
from agentry.base.errors import BadRequest
from agentry.base.ids import new_id
from agentry.base.json import Json, JsonObject, sha256_of
from agentry.engine.engine import Engine
from agentry.engine.errors import RunEnded
from agentry.engine.forking import Fork


@dataclass(frozen=True, slots=True)
class Wish:
    """What a fork differs in; see `Fork`."""

    at_seq: int | None = None
    from_path: str | None = None
    inputs: JsonObject | None = None
    outputs: JsonObject | None = None
    trial: JsonObject | None = None
    budget: JsonObject | None = None


class Control:
    """Commands to runs. `copy_files` gives a new run the files that an old one left."""

    def __init__(
        self, engine: Engine, clock: Clock, copy_files: Callable[[str, str], None]
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._copy_files = copy_files

    async def pause(self, run_id: str, *, by: str, reason: str = "") -> None:
        """Let a run begin nothing new; raise `RunEnded`, `NotFound`."""
        await self._engine.pause(run_id, by, reason)

    async def go_on(self, run_id: str, *, by: str, budget: JsonObject | None = None) -> str:
        """Continue a run; return the id of the run that goes on.

        A paused run goes on itself. One that failed, was cancelled or spent its budget is continued
        as a fork from what it had. Raises `NothingToContinue`, `NotFound`.
        """
        try:
            await self._engine.resume(run_id, by)
        except RunEnded:
            return await self.fork(run_id, by=by, wish=Wish(budget=budget), kind="continue")
        return run_id

    async def fork(
        self,
        run_id: str,
        *,
        by: str,
        wish: Wish,
        kind: Literal["fork", "continue"] = "fork",
        idem_key: str | None = None,
    ) -> str:
        """Make a new run from an old one; return its id."""
        if wish.at_seq is not None and wish.from_path is not None:
            raise BadRequest("A fork starts at an event or at a task, not at both.")
        now = self._clock.now_ms()
        fork = Fork(
            new_id("run", now),
            run_id,
            kind,
            by,
            now,
            wish.at_seq,
            wish.from_path,
            wish.inputs or {},
            wish.outputs or {},
            wish.trial or {},
            wish.budget or {},
            idem_key,
            sha256_of([run_id, kind, wish]) if idem_key else "",
        )
        await asyncio.to_thread(self._copy_files, run_id, fork.run_id)
        made, _replayed = await self._engine.fork(fork)
        return made

    async def send(
        self, run_id: str, name: str, payload: Json, *, by: str, msg_id: str | None = None
    ) -> bool:
        """Give a run a message; return False where one with this id had come before."""
        return await self._engine.send(run_id, name, payload, msg_id or new_id("msg"), by)

    async def set_breakpoints(self, run_id: str, paths: Sequence[str], *, by: str) -> None:
        """Hold these tasks before they begin, in place of those named before."""
        await self._engine.set_breakpoints(run_id, paths, by)

    async def release(
        self,
        run_id: str,
        path: str,
        how: Literal["go", "step", "skip"],
        *,
        by: str,
        given: JsonObject | None = None,
        output: Json = None,
    ) -> None:
        """Let a held task begin (`step`: and hold the next), or skip it with an output."""
        if how == "skip":
            await self._engine.skip(run_id, path, output=output, by=by)
        else:
            await self._engine.release(run_id, path, step=how == "step", given=given, by=by)
