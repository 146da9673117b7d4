"""A run as it happens: one line a task on a terminal, nothing where nobody looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from agentry.base.json import JsonObject

_MARKS: dict[str, tuple[str, str]] = {
    "completed": ("✓", "green"),
    "failed": ("✗", "red"),
    "timed_out": ("✗", "red"),
    "cancelled": ("–", "dim"),
    "skipped": ("–", "dim"),
    "waiting": ("?", "yellow"),
}
_MOST_LINES = 24


class View(Protocol):
    """Somebody who watches a run."""

    def see(self, event: JsonObject) -> None: ...
    def pause(self) -> None: ...
    def go_on(self) -> None: ...
    def close(self) -> None: ...


class Silence:
    """Nobody watches."""

    def see(self, event: JsonObject) -> None: ...
    def pause(self) -> None: ...
    def go_on(self) -> None: ...
    def close(self) -> None: ...


@dataclass
class _Line:
    """One task as drawn. Times in ms UTC, as events carry them."""

    path: str
    kind: str = ""
    status: str = "running"
    started_at: int = 0
    ended_at: int | None = None
    tokens: int = 0
    note: str = ""
    spinner: Spinner = field(default_factory=lambda: Spinner("dots", style="cyan"))


class LiveView:
    """Draws the tasks of a run on stderr, as a table that grows and settles.

    `now_ms` is the time up to which unfinished tasks have taken; of the wall clock, unless given.
    """

    def __init__(self, console: Console, now_ms: Callable[[], int] | None = None) -> None:
        self._now_ms = now_ms or _wall_clock
        self._lines: dict[str, _Line] = {}
        self._console = console
        self._live: Live | None = None
        self.go_on()

    def see(self, event: JsonObject) -> None:
        """Take one event in."""
        path, kind, data = str(event.get("path")), str(event.get("type")), event.get("data")
        if not path or not isinstance(data, dict):
            return
        stamp = event.get("ts")
        now = stamp if isinstance(stamp, int) else 0
        if kind == "task.started":
            line = self._lines.setdefault(path, _Line(path))
            line.kind, line.status, line.ended_at = str(data.get("kind")), "running", None
            line.started_at = line.started_at or now
        elif path in self._lines or kind == "task.skipped":
            self._change(self._lines.setdefault(path, _Line(path)), kind, data, event, now)
        if self._live is not None:
            self._live.update(self._drawn())

    def _change(
        self, line: _Line, kind: str, data: JsonObject, event: JsonObject, now: int
    ) -> None:
        noun, _, verb = kind.partition(".")
        if noun == "task" and verb in _MARKS:
            line.status = verb
            line.ended_at = None if verb == "waiting" else now
            error = data.get("error")
            line.note = str(error.get("message")) if isinstance(error, dict) else ""
        elif kind == "task.retried":
            line.note = "tried again"
        elif kind == "turn.replied":
            usage = event.get("usage")
            line.tokens += _tokens(usage) if isinstance(usage, dict) else 0
        elif kind == "call.started":
            line.note = str(data.get("tool"))
        elif noun == "call":
            line.note = ""
        elif kind == "approval.decided":
            line.status = "running"

    def pause(self) -> None:
        """Wipe what is drawn, so that a person can be asked something; `go_on` draws it again."""
        self._stop(wipe=True)

    def _stop(self, *, wipe: bool) -> None:
        if self._live is not None:
            self._live.transient = wipe
            self._live.stop()
            self._live = None

    def go_on(self) -> None:
        """Draw again."""
        self._live = Live(self._drawn(), console=self._console, refresh_per_second=8)
        self._live.start()

    def close(self) -> None:
        """Draw the last state and leave it standing."""
        if self._live is not None:
            self._live.update(self._drawn())
        self._stop(wipe=False)

    def _drawn(self) -> Group:
        table = Table.grid(padding=(0, 1))
        lines = list(self._lines.values())
        for line in lines[-_MOST_LINES:]:
            mark, style = _MARKS.get(line.status, ("", "cyan"))
            ended = line.ended_at or self._now_ms()
            spent = max(0, ended - line.started_at) / 1000 if line.started_at else 0.0
            tokens = f"{line.tokens:,} tokens" if line.tokens else ""
            table.add_row(
                Text(mark, style=style) if mark else line.spinner,
                Text("  " * line.path.count("/") + line.path.rpartition("/")[2]),
                Text(f"{spent:6.1f} s", style="dim"),
                Text(tokens, style="dim"),
                Text(line.note[:100], style="red" if line.status == "failed" else "dim"),
            )
        hidden = len(lines) - _MOST_LINES
        return (
            Group(Text(f"… {hidden} more above", style="dim"), table)
            if hidden > 0
            else Group(table)
        )


def _wall_clock() -> int:
    return time.time_ns() // 1_000_000


def _tokens(usage: JsonObject) -> int:
    found = (usage.get("input_tokens"), usage.get("output_tokens"))
    return sum(value for value in found if isinstance(value, int))
