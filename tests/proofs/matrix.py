"""Kill a process at one place, start another, and hold what the run came to against a whole one."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agentry.base.json import Json, JsonObject, decode, encode
from agentry.journal.events import Event
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.runs import RunReader
from tests.proofs.effects import REPEATS, seen_outside
from tests.proofs.hatchery import Hatchery
from tests.proofs.places import Places
from tests.proofs.play import RUN

KILLED = -9
_MOVES = ("duration_ms", "worker", "resumed", "due_at", "child_run_id")
# A child run has another id each time, and the keys of its calls hang on that.
_CHILDS = (*_MOVES, "key", "parent")


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


@dataclass(frozen=True)
class Case:
    """A database, and the folder where effects and what processes print are kept."""

    place: Path | str
    home: Path

    def said(self) -> str:
        return (self.home / "log").read_text()


class Matrix:
    """Cases below one folder, each with a database of its own."""

    def __init__(self, folder: Path, hatchery: Hatchery, places: Places) -> None:
        self._folder = folder
        self._hatchery = hatchery
        self._places = places
        self._count = 0
        self._whole: dict[str, Came] = {}
        self.kills = self.runs = 0

    def whole(self, flow: str) -> Came:
        """Return what the flow comes to where nobody is killed."""
        if flow not in self._whole:
            with self._case() as case:
                assert self._play(case, flow) == 0, case.said()
                self._whole[flow] = came_to(case)
        return self._whole[flow]

    def crash(self, flow: str, *fails: str) -> bool:
        """Play with each of `fails` in turn, then to the end, and compare with the whole run.

        Return whether all of them killed.
        """
        with self._case() as case:
            killed = 0
            for fail in fails:
                how = self._play(case, flow, fail)
                assert how in (0, KILLED), f"{flow} {fail}: {case.said()}"
                killed += how == KILLED
            self.kills += killed
            self.runs += 1
            assert self._play(case, flow) == 0, f"{flow} {fails}: {case.said()}"
            compare(f"{flow} killed at {', '.join(fails)}", came_to(case), self.whole(flow))
        return killed == len(fails)

    def _play(self, case: Case, flow: str, fail: str = "") -> int:
        return self._hatchery.play(case.place, case.home, flow, fail)

    @contextmanager
    def _case(self) -> Generator[Case]:
        self._count += 1
        home = self._folder / str(self._count)
        home.mkdir()
        place = self._places.take(home)
        yield Case(place, home)
        # Reached only where all was well: what failed is left to be looked at.
        self._places.give_back(place)
        shutil.rmtree(home)


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


def came_to(case: Case) -> Came:
    database = Database(case.place, full_sync=False)
    try:
        reader = RunReader(database)
        run = reader.run(RUN)
        journals = _journals(reader, RUN)
        events = [event for journal in journals.values() for event in journal]
        return Came(
            run.summary.status,
            encode(run.outputs),
            encode(run.summary.usage),
            {
                f"{above}{path}": lines
                for above, journal in journals.items()
                for path, lines in plain(journal, _MOVES if not above else _CHILDS).items()
            },
            seen_outside(case.home / "effects"),
            Counter(e.call_id or "" for e in events if _in_doubt(e)),
            check(database),
        )
    finally:
        database.close()


def _journals(reader: RunReader, run_id: str, above: str = "") -> dict[str, list[Event]]:
    """Return the journal of the run, and those of its children by the path that asked for them."""
    found = {above: reader.events(run_id, 0, 10_000)}
    for event in found[above]:
        if event.type == "task.waiting" and "child_run_id" in event.data:
            child_id = str(event.data["child_run_id"])
            found |= _journals(reader, child_id, f"{above}{event.path}>")
    return found


def _in_doubt(event: Event) -> bool:
    return event.type == "approval.asked" and event.data.get("rule") == "in_doubt"


def plain(events: list[Event], moves: tuple[str, ...] = _MOVES) -> dict[str, list[str]]:
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
        data: JsonObject = {k: v for k, v in event.data.items() if k not in moves}
        if data.get("kind") == "wait":
            data.pop("output", None)
        journal.setdefault(event.path, []).append(
            encode([event.type, event.attempt, event.call_id, data, event.usage])
        )
    return journal
