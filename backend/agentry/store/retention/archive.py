"""Write the traces of ended runs to files: one each in a folder, or one after another in a file.

What is there already is not written again, so a stopped archive goes on where it was.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text

from agentry.base.errors import AgentryError
from agentry.base.ids import new_id
from agentry.base.json import JsonObject, decode
from agentry.store.database import Database

_PAGE = 200
_ENDED = text(
    "SELECT run_id FROM run WHERE terminal_at < :before AND run_id > :after AND run_id < :bound"
    " ORDER BY run_id LIMIT :most"
)
SUFFIX = ".jsonl"
_EVENT = b'{"v":1,"run_id":'


class ArchiveRefused(AgentryError):
    """The place cannot hold an archive, or cannot be written."""

    code, status = "archive_refused", 422


class Place(ABC):
    """Where traces go. `has`: the runs whose traces are there, whole."""

    def __init__(self) -> None:
        self.has: set[str] = set()

    @abstractmethod
    def put(self, run_id: str, pieces: Iterable[str]) -> None:
        """Keep a trace, durable once this returns; raise `ArchiveRefused`."""


class Folder(Place):
    """A file for each run, named after it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            for name in os.listdir(path):
                if name.endswith(SUFFIX):
                    self.has.add(name.removesuffix(SUFFIX))
        except OSError as problem:
            raise _refused(path, problem) from problem

    def put(self, run_id: str, pieces: Iterable[str]) -> None:
        file = self._path / f"{run_id}{SUFFIX}"
        part = self._path / f"{run_id}.part"
        try:
            with part.open("w", encoding="utf-8", newline="") as out:
                out.writelines(pieces)
                out.flush()
                os.fsync(out.fileno())
            # Named so only once it is whole.
            part.replace(file)
            _sync_folder(self._path)
        except OSError as problem:
            with suppress(OSError):
                part.unlink()
            raise _refused(file, problem) from problem
        self.has.add(run_id)


class OneFile(Place):
    """All traces in one file; what a stopped archive left half-written at its end is cut off."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab"):
                pass
            with path.open("r+b") as file:
                file.truncate(self._whole(file))
        except OSError as problem:
            raise _refused(path, problem) from problem

    def _whole(self, lines: Iterable[bytes]) -> int:
        """Note the runs whose traces are whole; return where the last of them ends."""
        end = at = 0
        run_id = ""
        for line in lines:
            at += len(line)
            if line.startswith(_EVENT) or not line.endswith(b"\n"):
                continue
            said = self._said(line)
            if said.get("kind") == "header":
                run_id = str(said.get("run_id"))
            elif said.get("kind") == "trailer":
                self.has.add(run_id)
                end = at
        return end

    def _said(self, line: bytes) -> JsonObject:
        with suppress(ValueError):
            said = decode(line)
            if isinstance(said, dict) and said.get("kind") in ("header", "trailer"):
                return said
        raise ArchiveRefused(
            f"{self._path} holds something else than traces.",
            hint=f"Name a new file ending in {SUFFIX}, or a folder.",
        )

    def put(self, run_id: str, pieces: Iterable[str]) -> None:
        try:
            with self._path.open("a", encoding="utf-8", newline="") as out:
                out.writelines(pieces)
                out.flush()
                os.fsync(out.fileno())
        except OSError as problem:
            raise _refused(self._path, problem) from problem
        self.has.add(run_id)


def place_of(path: Path) -> Place:
    """Return the archive at `path`: a file where it ends in .jsonl, else a folder."""
    if path.suffix == SUFFIX and not path.is_dir():
        return OneFile(path)
    return Folder(path)


def ended(database: Database, before: int) -> Iterator[str]:
    """Yield the ids of runs that ended before `before` (ms UTC), oldest first."""
    after, bound = "", new_id("run", before + 1)
    while True:
        values = {"before": before, "after": after, "bound": bound, "most": _PAGE}
        with database.reader() as connection:
            page = [str(row[0]) for row in connection.execute(_ENDED, values)]
        if not page:
            return
        yield from page
        after = page[-1]


def _sync_folder(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _refused(path: Path, problem: OSError) -> ArchiveRefused:
    return ArchiveRefused(
        f"{path} cannot be written: {problem.strerror or problem}.",
        hint="Nothing was taken from the database. Choose another place.",
    )
