"""How a run ended, for people and for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.cli import console
from agentry.flow.expr import as_text

_MOST_LETTERS = 4000


def result(run: JsonObject) -> JsonObject:
    """Return the one object that `agentry run --json` prints."""
    usage = run.get("usage")
    counted = usage if isinstance(usage, dict) else {}
    return {
        "run_id": run.get("run_id"),
        "flow": run.get("flow"),
        "status": run.get("status"),
        "outputs": run.get("outputs"),
        "error": run.get("error"),
        "usage": {
            name: counted.get(name) for name in ("input_tokens", "output_tokens", "cost_usd")
        },
        "duration_s": seconds(run),
    }


def seconds(run: JsonObject) -> float | None:
    """Return how long a run took, None while it has not ended."""
    spent = run.get("duration_ms")
    return round(spent / 1000, 3) if isinstance(spent, int) else None


def show(run: JsonObject, workspace: Path) -> None:
    """Print a run's end on stdout."""
    console.out(f"{run.get('title')}: {headline(run)} ({run.get('run_id')})")
    outputs = run.get("outputs")
    if isinstance(outputs, dict):
        for name, value in outputs.items():
            console.out(f"{name}: {_cut(value)}")
    if workspace.is_dir() and any(workspace.iterdir()):
        console.out(f"Files: {workspace}")


def headline(run: JsonObject) -> str:
    """Return status, time, tokens and cost in a few words."""
    words = [str(run.get("status"))]
    spent = seconds(run)
    if spent is not None:
        words.append(f"in {spent:.1f} s")
    return ", ".join([" ".join(words), *_usage(run.get("usage"))])


def _usage(usage: Json) -> list[str]:
    if not isinstance(usage, dict):
        return []
    parts = (usage.get("input_tokens"), usage.get("output_tokens"))
    tokens = sum(part for part in parts if isinstance(part, int))
    if not tokens:
        return []
    about = "about " if usage.get("estimated") else ""
    cost = usage.get("cost_usd")
    said = [f"{about}{tokens:,} tokens"]
    if isinstance(cost, int | float):
        said += [f"${cost:.4f}"] if cost else []
    else:
        said.append("cost unknown")
    return said


def say_why(run: JsonObject) -> None:
    """Say why a run did not complete."""
    error = run.get("error")
    if isinstance(error, dict):
        path = error.get("path")
        where = f" in task {path!r}" if path else ""
        console.say(f"The run {run.get('run_id')} failed{where}: {error.get('message')}")
    else:
        console.say(f"The run {run.get('run_id')} is {run.get('status')}.")


def say_how_to_answer(questions: Sequence[JsonObject], run_id: str) -> None:
    """Say what a run waits for, and how a person answers it."""
    for asked in questions:
        first = str(asked.get("ask") or "").strip().splitlines()
        console.say(
            f"Task {str(asked.get('path'))!r} asks: {first[0] if first else ''}\n"
            f"  agentry approvals approve {asked.get('approval_id')}"
        )
    console.say(
        f"The run waits for a person; then it goes on with `agentry run --resume {run_id}`."
    )


def _cut(value: Json) -> str:
    text = as_text(value)
    return text if len(text) <= _MOST_LETTERS else text[:_MOST_LETTERS] + "…"
