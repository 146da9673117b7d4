"""Kill a process at one place, start another, and hold what the run came to against a whole one."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from agentry.base.json import Json, JsonObject, decode, encode
from agentry.journal.events import Event
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.runs import RunReader
from tests.proofs.effects import REPEATS, seen_outside
from tests.proofs.hatchery import Hatchery
from tests.proofs.play import RUN, database_of

KILLED = -9
_MOVES = ("duration_ms", "worker", "resumed", "due_at")


@dataclass(frozen=True)
class Came:
    """What a run came to, without what may differ between two runs of one flow."""

    status: str
    outputs: str
    usage: str
    journal: dict[str, list[str]]
    effects: Counter[str]
    doubts: Counter[str]
    broken: list[str]


class Matrix:
    """Cases below one folder, each with a database of its own."""

    def __init__(self, folder: Path, hatchery: Hatchery) -> None:
        self._folder = folder
        self._hatchery = hatchery
        self._count = 0
        self._whole: dict[str, Came] = {}
        self.kills = self.runs = 0
        self._empty = folder / "empty.db"
        database = Database(self._empty, full_sync=False)
        database.prepare()
        database.close()

    def whole(self, flow: str) -> Came:
        """Return what the flow comes to where nobody is killed."""
        if flow not in self._whole:
            home = self._home()
            assert self._hatchery.play(home, flow) == 0, (home / "log").read_text()
            self._whole[flow] = came_to(home)
        return self._whole[flow]

    def crash(self, flow: str, *fails: str) -> bool:
        """Play with each of `fails` in turn, then to the end, and compare with the whole run.

        Return whether all of them killed.
        """
        home = self._home()
        killed = 0
        for fail in fails:
            how = self._hatchery.play(home, flow, fail)
            assert how in (0, KILLED), f"{flow} {fail}: {(home / 'log').read_text()}"
            killed += how == KILLED
        self.kills += killed
        self.runs += 1
        assert self._hatchery.play(home, flow) == 0, f"{flow} {fails}: {(home / 'log').read_text()}"
        compare(f"{flow} killed at {', '.join(fails)}", came_to(home), self.whole(flow))
        shutil.rmtree(home)
        return killed == len(fails)

    def _home(self) -> Path:
        self._count += 1
        home = self._folder / str(self._count)
        home.mkdir()
        shutil.copy(self._empty, home / "proof.db")
        return home


def compare(where: str, found: Came, whole: Came) -> None:
    """Fail where a run that met a crash came to something else."""
    assert found.broken == [], where
    assert (found.status, found.outputs, found.usage) == (
        whole.status,
        whole.outputs,
        whole.usage,
    ), where
    for path in found.journal.keys() | whole.journal.keys():
        assert found.journal.get(path) == whole.journal.get(path), f"{where}: {path or 'the run'}"
    assert set(found.effects) == set(whole.effects), where
    for line, count in found.effects.items():
        tool, call_id = _call_of(line)
        if REPEATS[tool] == "opaque":
            assert count <= 1 + found.doubts[call_id], f"{where}: {line} was done {count} times"


def _call_of(line: str) -> tuple[str, str]:
    pair = decode(line)
    assert isinstance(pair, list)
    return str(pair[0]), str(pair[1])


def came_to(home: Path) -> Came:
    database = database_of(home)
    try:
        reader = RunReader(database)
        run = reader.run(RUN)
        events = reader.events(RUN, 0, 10_000)
        return Came(
            run.summary.status,
            encode(run.outputs),
            encode(run.summary.usage),
            plain(events),
            seen_outside(home / "effects"),
            Counter(e.call_id or "" for e in events if _in_doubt(e)),
            check(database),
        )
    finally:
        database.close()


def _in_doubt(event: Event) -> bool:
    return event.type == "approval.asked" and event.data.get("rule") == "in_doubt"


def plain(events: list[Event]) -> dict[str, list[str]]:
    """Return each path's events without times and fences, and without what a crash adds.

    A crash adds a second `task.started`, a second start of a turn or call that has no end, the
    doubt about that call, and the question whether an opaque one may be made again.
    """
    journal: dict[str, list[str]] = {}
    seen: set[tuple[str, str]] = set()
    doubted: set[Json] = set()
    before: dict[str, Event] = {}
    for event in (found for found in events if found.type != "call.in_doubt"):
        last, before[event.path] = before.get(event.path), event
        key = (
            event.type,
            f"{event.call_id or event.path}#{event.attempt}/{event.data.get('turn')}",
        )
        if event.type in ("task.started", "turn.started", "call.started"):
            if key in seen:
                continue
            seen.add(key)
        if _in_doubt(event):
            doubted.add(event.data.get("approval_id"))
        if event.data.get("approval_id") in doubted or (
            event.type == "task.waiting" and last is not None and _in_doubt(last)
        ):
            continue
        data: JsonObject = {k: v for k, v in event.data.items() if k not in _MOVES}
        if data.get("kind") == "wait":
            data.pop("output", None)
        journal.setdefault(event.path, []).append(
            encode([event.type, event.attempt, event.call_id, data, event.usage])
        )
    return journal
