"""`agentry runs prune` and `agentry runs archive`: what happens to runs that ended long ago."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agentry import __version__
from agentry.base.clock import Clock, SystemClock
from agentry.base.json import Json, JsonObject
from agentry.base.settings import Settings, load_settings
from agentry.cli import console
from agentry.flow.units import parse_duration
from agentry.store.database import Database
from agentry.store.place import database_place
from agentry.store.retention import archive as archives
from agentry.store.retention.lease import tidying
from agentry.store.retention.prune import prune, rehearse
from agentry.store.retention.sweep import sweep
from agentry.store.runs import RunReader
from agentry.store.traces import Traces


@dataclass(frozen=True, slots=True)
class _Store:
    settings: Settings
    database: Database
    clock: Clock
    before: int
    """Runs that ended before this (ms UTC) are old."""


class _Line:
    """One line on the terminal that says how far it is; nothing where nobody looks."""

    def __init__(self) -> None:
        self._shown = console.is_terminal()
        self._status = console.rich_err().status("") if self._shown else None

    def __enter__(self) -> _Line:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._status is not None:
            self._status.stop()

    def show(self, words: str) -> None:
        if self._status is not None:
            self._status.update(words)


def prune_runs(older_than: str, *, dry_run: bool, as_json: bool) -> int:
    """Take away runs that ended longer ago than `older_than`, with their files; return 0."""
    with _opened(older_than) as store:
        if dry_run:
            found = rehearse(store.database, store.before)
            said = _said(found.runs, found.events, found.kept, dry_run=True)
            return _tell(said, _sentence(said), as_json=as_json)
        said = _prune(store, None)
    return _tell(said, _sentence(said), as_json=as_json)


def archive_runs(place: Path, older_than: str, *, then_prune: bool, as_json: bool) -> int:
    """Write the traces of runs that ended longer ago than `older_than`; return 0."""
    with _opened(older_than) as store:
        where = archives.place_of(place)
        there = len(where.has)
        with _Line() as line:
            for count, total in _archive(store, where):
                line.show(f"{count:,} traces written, {total:,} looked at …")
        said: JsonObject = {"place": str(place), "written": len(where.has) - there, "there": there}
        words = f"Wrote {_count(len(where.has) - there, 'trace')} to {place}"
        words += f"; {there:,} were there already." if there else "."
        if then_prune:
            gone = _prune(store, frozenset(where.has))
            said["pruned"] = gone
            words += " " + _sentence(gone)
    return _tell(said, words, as_json=as_json)


@contextmanager
def _opened(older_than: str) -> Generator[_Store]:
    age = parse_duration(older_than)
    if age is None:
        raise console.WrongUse(
            f"{older_than!r} is no span of time.",
            hint="Write --older-than 90d, 12w or 36h; at most ten years.",
        )
    settings = load_settings()
    place = database_place(settings)
    if isinstance(place, Path) and not place.is_file():
        raise console.WrongUse(f"There are no runs in {settings.home} yet.", hint="")
    database = Database(place)
    clock = database.clock(SystemClock())
    try:
        database.prepare()
        yield _Store(settings, database, clock, clock.now_ms() - age)
    finally:
        database.close()


def _archive(store: _Store, where: archives.Place) -> Iterator[tuple[int, int]]:
    runs = RunReader(store.database)
    traces = Traces(store.database, runs, f"agentry {__version__}")
    written = 0
    for total, run_id in enumerate(archives.ended(store.database, store.before), 1):
        if run_id not in where.has:
            where.put(run_id, traces.pieces(run_id))
            written += 1
        yield written, total


def _prune(store: _Store, only: frozenset[str] | None) -> JsonObject:
    runs = events = kept = blobs = size = 0
    with tidying(store.database, store.clock) as lease, _Line() as line:
        for taken in prune(store.database, store.before, lease, only=only):
            runs, events, kept = taken.runs, taken.events, taken.kept
            for run_id in taken.ids:
                _remove_files(store.settings.home / "runs" / run_id)
            line.show(f"{runs:,} runs removed, {events:,} events …")
        for blobs, size in sweep(lease):
            line.show(f"{runs:,} runs removed; {blobs:,} long values, {size:,} bytes …")
    return {**_said(runs, events, kept, dry_run=False), "long_values": blobs, "bytes": size}


def _remove_files(folder: Path) -> None:
    # A tool may have taken away the right to look into folders of its own.
    for above, names, _ in os.walk(folder):
        for name in names:
            inside = Path(above, name)
            if not inside.is_symlink():
                inside.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _said(runs: int, events: int, kept: int, *, dry_run: bool) -> JsonObject:
    return {"dry_run": dry_run, "runs": runs, "events": events, "kept": kept}


def _sentence(said: JsonObject) -> str:
    verb = "Would remove" if said["dry_run"] else "Removed"
    words = f"{verb} {_count(said['runs'], 'run')} with {_count(said['events'], 'event')}"
    if said.get("long_values"):
        words += f" and {_count(said['long_values'], 'long value')} ({said['bytes']:,} bytes)"
    kept = said["kept"]
    return words + (f"; younger runs need {_count(kept, 'old one')}." if kept else ".")


def _count(number: Json, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _tell(said: JsonObject, words: str, *, as_json: bool) -> int:
    if as_json:
        console.out_json(said)
    else:
        console.out(words)
    return console.OK
