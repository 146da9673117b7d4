"""What an agent saves of itself, and what it may read of others: only runs of its own flow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from agentry.agents.snapshot import SCHEMA_V, shown, snapshot_of
from agentry.base.errors import NotFound
from agentry.base.json import JsonObject
from agentry.engine.pen import TaskLog
from agentry.engine.work import Work
from agentry.journal.events import Event
from agentry.journal.fold import fold_all
from agentry.tools.memory import BadState

MOST_BYTES = 1024 * 1024
"""What an agent may keep in one task, all of its values together."""

History = Callable[[str, int], tuple[str, Sequence[Event]]]
"""(run id, seq) -> the run's flow and its events up to seq; raises `NotFound`."""


def no_history(run_id: str, seq: int) -> tuple[str, Sequence[Event]]:
    """Know of no run."""
    del seq
    raise NotFound("run", run_id)


class TaskMemory:
    """The memory of one task at work."""

    def __init__(self, work: Work, log: TaskLog, history: History) -> None:
        self._work = work
        self._log = log
        self._history = history
        self._kept = dict(work.kept)

    async def save(self, call_id: str, label: str, data: JsonObject) -> str:
        run_id = self._work.lease.run_id
        seq = self._work.saved.get(call_id)
        if seq is None:
            self._kept.update(data)
            _refuse_much(self._kept)
            said: JsonObject = {"v": SCHEMA_V, "label": label, "data": data}
            seq = await self._log.write("state.saved", said, call_id=call_id)
        return f"{run_id}@{seq}"

    async def load(self, snapshot: str, path: str | None) -> JsonObject:
        run_id, _, seq = snapshot.partition("@")
        flow, events = await asyncio.to_thread(self._history, run_id, int(seq))
        if flow != self._work.plan.flow:
            raise BadState(
                f"{run_id} is a run of another flow, whose memory is not to be read here."
            )
        wanted = path or self._work.lease.path
        task = fold_all(run_id, events).tasks.get(wanted)
        if task is None:
            raise BadState(f"Task {wanted!r} had not begun at event {seq} of {run_id}.")
        return {"snapshot": snapshot, **shown(snapshot_of(task))}


def _refuse_much(kept: JsonObject) -> None:
    sizes = [value.get("bytes") for value in kept.values() if isinstance(value, dict)]
    total = sum(size for size in sizes if isinstance(size, int))
    if total > MOST_BYTES:
        raise BadState(
            f"All that is kept would have {total} bytes; at most {MOST_BYTES} are kept in a task.",
            hint="Save a shorter value under a name that exists, or write files.",
        )
