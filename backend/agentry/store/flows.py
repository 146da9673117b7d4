"""The flows of the opened folder: plain files, read and written whole, never outside the folder."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import cast

from agentry.base.errors import AgentryError, BadRequest, NotFound
from agentry.base.json import JsonObject
from agentry.flow.read import Reading, read
from agentry.store.beneath import OutsideFolder, read_beneath, write_beneath
from agentry.store.beside import Beside
from agentry.store.flowfiles import (
    SUFFIX,
    FlowExists,
    FlowFile,
    FlowUnreadable,
    FlowUnwritable,
    Place,
    StaleRevision,
    is_new_name,
    places,
)
from agentry.store.trouble import DiskFull

MOST_BYTES = 4_000_000
_NOTHING = Reading(None, ())


class FlowLibrary:
    """Every flow below `folder`. Synchronous and quick; callers in an event loop use a thread."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = Path.cwd() if folder is None else folder
        self._lock = RLock()
        self._places: dict[str, Place] = {}
        self._kept: dict[str, tuple[tuple[str, int, int, int], FlowFile]] = {}

    def list(self) -> list[FlowFile]:
        """Return all flows in name order, readable or not; raise `FolderUnreadable`."""
        with self._lock:
            found = places(self.folder)
            self._places = {place.name: place for place in found}
            files = [self._load(place) for place in found]
            gone = self._kept.keys() - {place.path for place in found}
            for path in gone:
                del self._kept[path]
            return files

    def read(self, name: str) -> FlowFile:
        """Return one flow; raise `NotFound`, `FlowUnreadable`."""
        with self._lock:
            found = self._load(self._place(name))
            if found.problem is not None:
                raise FlowUnreadable(
                    found.problem, hint="Mend the file, or take it out of the folder."
                )
            return found

    def kept(self, name: str) -> FlowFile | None:
        """Return a flow that was read before and whose file has not changed since, else None.

        Costs one look at the file's stamp and never waits, so an event loop may ask.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            place = self._places.get(name)
            kept = None if place is None else self._kept.get(place.path)
            if kept is None or kept[1].problem is not None:
                return None
            status = os.stat(kept[1].file, follow_symlinks=False)
            return kept[1] if kept[0] == _stamp(name, status) else None
        except OSError:
            return None
        finally:
            self._lock.release()

    def write(
        self, name: str, text: str, *, if_match: str | None, create: bool = False
    ) -> FlowFile:
        """Write the whole text; return the flow as it is now.

        Raises `StaleRevision` unless `if_match` is the present revision, `FlowExists` where
        `create` meets a flow of that name, `NotFound`, `FlowUnwritable`, `DiskFull`.
        """
        try:
            content = text.encode()
        except UnicodeEncodeError as problem:
            raise BadRequest("The text holds letters that no file can hold.") from problem
        if len(content) > MOST_BYTES:
            raise BadRequest(f"A flow can be {MOST_BYTES // 1_000_000} MB long at most.")
        with self._lock:
            place = self._new_place(name) if create else self._current(name, if_match)
            self._put(place.path, content)
            self._places[name] = place
            return self._load(place)

    def layout(self, name: str) -> dict[str, dict[str, float]]:
        """Return the places of moved cards by task path; what cannot be read counts as none."""
        with self._lock:
            place = self._place(name)
            try:
                content, _ = read_beneath(self.folder, place.layout, MOST_BYTES)
                value: object = json.loads(content)
            except (OSError, ValueError, RecursionError):
                return {}
        positions = cast(JsonObject, value).get("positions") if isinstance(value, dict) else None
        if not isinstance(positions, dict):
            return {}
        points = {path: _point(place) for path, place in positions.items()}
        return {path: point for path, point in points.items() if point is not None}

    def write_layout(self, name: str, positions: Mapping[str, Mapping[str, float]]) -> None:
        """Keep the places of moved cards beside the flow; raise `NotFound`, `FlowUnwritable`."""
        tidy = {path: dict(positions[path]) for path in sorted(positions)}
        text = json.dumps({"version": 1, "positions": tidy}, indent=2, ensure_ascii=False) + "\n"
        with self._lock:
            self._put(self._place(name).layout, text.encode("utf-8", "backslashreplace"))

    def _place(self, name: str) -> Place:
        place = self._places.get(name)
        if place is None or not os.path.lexists(self.folder / place.path):
            self._places = {place.name: place for place in places(self.folder)}
            place = self._places.get(name)
        if place is None:
            raise NotFound("flow", name, hint=f"The opened folder is {self.folder}.")
        return place

    def _new_place(self, name: str) -> Place:
        if not is_new_name(name):
            raise BadRequest(
                f"A flow cannot be called {name!r}.",
                hint="Use letters, digits, '-', '_' and '.', and start with a letter or digit.",
            )
        place = Place(name, f"{name}{SUFFIX}", name)
        if name in {other.name for other in places(self.folder)} or os.path.lexists(
            self.folder / place.path
        ):
            raise FlowExists(name)
        return place

    def _current(self, name: str, if_match: str | None) -> Place:
        place = self._place(name)
        current = self._load(place)
        if current.problem is not None:
            raise FlowUnreadable(current.problem, hint="Mend the file first.")
        if current.revision != if_match:
            raise StaleRevision(current)
        return place

    def _put(self, path: str, content: bytes) -> None:
        where = str(self.folder / path)
        try:
            write_beneath(self.folder, path, content)
        except OSError as problem:
            if problem.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(where) from problem
            raise FlowUnwritable(
                f"{where} cannot be written: {problem.strerror or problem}.",
                hint="Check the rights of the file and its folder.",
            ) from problem

    def _load(self, place: Place) -> FlowFile:
        try:
            status = os.stat(self.folder / place.path, follow_symlinks=False)
            stamp = _stamp(place.name, status)
            kept = self._kept.get(place.path)
            if kept is not None and kept[0] == stamp:
                return kept[1]
            content, status = read_beneath(self.folder, place.path, MOST_BYTES)
            loaded = self._loaded(place, content, status.st_mtime_ns // 1_000_000)
        except OutsideFolder as problem:
            return self._broken(place, str(problem))
        except OSError as problem:
            return self._broken(place, problem.strerror or str(problem))
        stamp = _stamp(place.name, status)
        if loaded.reading.alone:
            # The stamp says nothing of the files that it includes and the flows that it runs.
            self._kept[place.path] = (stamp, loaded)
        return loaded

    def beside(self, name: str) -> Beside:
        """Return what loads the files beside a flow; beside the folder where there is none yet."""
        with suppress(AgentryError):
            return Beside(self.read(name).base, self.folder)
        return Beside(self.folder, self.folder)

    def _loaded(self, place: Place, content: bytes, edited_at: int) -> FlowFile:
        if len(content) > MOST_BYTES:
            return self._broken(place, f"it is longer than {MOST_BYTES // 1_000_000} MB")
        try:
            text = content.decode()
        except UnicodeDecodeError as problem:
            return self._broken(place, f"it is not UTF-8 text (byte {problem.start + 1})")
        file = self.folder / place.path
        reading = read(text, name=place.stem, loader=Beside(file.parent, self.folder))
        title = place.stem if reading.document is None else reading.document.name
        revision = hashlib.sha256(content).hexdigest()[:12]
        return FlowFile(
            place.name, title, place.path, file, file.parent, text, revision, edited_at, reading
        )  # fmt: skip

    def _broken(self, place: Place, why: str) -> FlowFile:
        file = self.folder / place.path
        said = f"The file {place.path} cannot be read: {why}."
        return FlowFile(
            place.name, place.stem, place.path, file, file.parent, "", "", 0, _NOTHING, said
        )  # fmt: skip


def _stamp(name: str, status: os.stat_result) -> tuple[str, int, int, int]:
    return name, status.st_mtime_ns, status.st_size, status.st_ino


def _point(value: object) -> dict[str, float] | None:
    if not isinstance(value, dict):
        return None
    point = cast("dict[str, object]", value)
    x, y = point.get("x"), point.get("y")
    if isinstance(x, int | float) and isinstance(y, int | float) and math.isfinite(x + y):
        return {"x": float(x), "y": float(y)}
    return None
