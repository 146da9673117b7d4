"""The golden journals: what every kind of flow leaves behind, kept for each released version.

`python -m tests.unit.journal.golden` (with `backend` on `PYTHONPATH`) writes those of this version.
A journal of a released version never changes: if one has to, the engine derives other events than
it did, and `ENGINE_VERSION` is raised.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from agentry import __version__
from agentry.base.json import JsonObject
from agentry.journal.fold import fold_all
from agentry.journal.trace_read import TraceReader
from tests.unit.journal.tales import TALES
from tests.unit.journal.teller import Teller

SUMS = "sums.json"
FOLDER = Path(__file__).parents[3] / "schemas/corpus/journals"


async def told(name: str) -> dict[str, str]:
    """Return the traces of one tale by the name of their file."""
    with tempfile.TemporaryDirectory() as folder:
        teller = Teller(Path(folder))
        try:
            runs = await TALES[name](teller)
            return {
                f"{name}-{number}.jsonl": teller.trace(run_id)
                for number, run_id in enumerate(runs, 1)
            }
        finally:
            teller.close()


def summed(trace: str) -> JsonObject:
    """Return what the events of a trace add up to, as far as the browser folds it, too."""
    reader = TraceReader(line.encode() for line in trace.splitlines(keepends=True))
    state = fold_all(reader.run_id, reader.events())
    tasks: JsonObject = {
        path: {
            "kind": task.kind,
            "status": task.status,
            "attempt": task.attempt,
            "iterations": task.iterations,
            "output": task.output,
            "error": task.error and {name: task.error[name] for name in ("code", "message")},
        }
        for path, task in state.tasks.items()
    }
    calls: JsonObject = {
        call.call_id: call.status for task in state.tasks.values() for call in task.calls.values()
    }
    approvals: JsonObject = {name: found.status for name, found in state.approvals.items()}
    return {
        "status": state.status,
        "outputs": state.outputs,
        "startedAt": state.started_at,
        "endedAt": state.ended_at,
        "tasks": tasks,
        "calls": calls,
        "approvals": approvals,
        "tokens": [state.totals.input_tokens, state.totals.output_tokens],
    }


def sums(traces: dict[str, str]) -> str:
    """Return the file of sums: file name -> what its journal adds up to."""
    return json.dumps({name: summed(traces[name]) for name in sorted(traces)}, indent=1) + "\n"


def write() -> None:
    """Write all journals of this version anew."""
    folder = FOLDER / __version__
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jsonl"):
        old.unlink()
    traces: dict[str, str] = {}
    for name in TALES:
        traces |= asyncio.run(told(name))
    for file, trace in traces.items():
        (folder / file).write_text(trace, encoding="utf-8", newline="")
    (folder / SUMS).write_text(sums(traces), encoding="utf-8", newline="")


if __name__ == "__main__":
    write()
