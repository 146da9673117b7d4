"""Which files of a folder are flows, what each is called, and what can be wrong with one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agentry.base.errors import AgentryError, Conflict
from agentry.flow.read import Reading

SUFFIX = ".agentry.flow.yaml"
LAYOUT = ".agentry.layout.json"
RESERVED = frozenset({"validate"})
"""Names that mean something else in an address; a file with such a name gets a number."""

_DEEPEST = 6
_MOST_FOLDERS = 4000
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})
_NAME = re.compile(r"\w[\w .+-]{0,99}")


class FolderUnreadable(AgentryError):
    """The opened folder cannot be listed."""

    code, status = "folder_unreadable", 500

    def __init__(self, folder: Path, problem: OSError) -> None:
        super().__init__(
            f"The folder {folder} cannot be read: {problem.strerror}.",
            hint="Open another one with `agentry up DIR`, or change its rights.",
        )


@dataclass(frozen=True, slots=True)
class FlowFile:
    """A flow as it lies on disk. `path` is relative to the opened folder, `base` the file's folder.

    `revision`: first 12 hex digits of the bytes' SHA-256. `edited_at` in ms UTC. `problem` is a
    sentence where the file cannot be read; then text and revision are empty.
    """

    name: str
    title: str
    path: str
    file: Path
    base: Path
    text: str
    revision: str
    edited_at: int
    reading: Reading
    problem: str | None = None


class FlowUnreadable(AgentryError):
    """The file of a flow cannot be read."""

    code, status = "flow_unreadable", 422


class FlowUnwritable(AgentryError):
    """The file of a flow cannot be written."""

    code, status = "flow_unwritable", 500


class FlowExists(Conflict):
    """A new flow would take the place of another one."""

    code = "flow_exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a flow {name!r} already.", hint="Choose another name.")


class StaleRevision(Conflict):
    """The file changed since the revision given; `current` is what it says now."""

    code = "stale_revision"

    def __init__(self, current: FlowFile) -> None:
        super().__init__(
            f"Flow {current.name!r} has changed since you opened it.",
            hint="Look at both texts and save again on the newer one; nothing was overwritten.",
        )
        self.current = current


@dataclass(frozen=True, slots=True)
class Place:
    """Where a flow lies. `path` is relative to the opened folder; `stem` is its short name."""

    name: str
    path: str
    stem: str

    @property
    def layout(self) -> str:
        """Return the path of the file with positions."""
        return self.path.removesuffix(SUFFIX) + LAYOUT


def places(root: Path) -> list[Place]:
    """Return all flows below `root` in name order, following no link; raise `FolderUnreadable`."""
    taken = set(RESERVED)
    found: list[Place] = []
    for path in sorted(_flow_paths(root)):
        whole = path.removesuffix(SUFFIX).rstrip("/") or root.resolve().name or "flow"
        name = wanted = whole.replace("/", ".")
        number = 2
        while name in taken:
            name = f"{wanted}~{number}"
            number += 1
        taken.add(name)
        found.append(Place(name, path, whole.rpartition("/")[2]))
    return sorted(found, key=lambda place: place.name)


def is_new_name(name: str) -> bool:
    """Return whether a new flow may be called so: letters, digits, space, '.', '_', '+', '-'."""
    plain = _NAME.fullmatch(name) is not None and ".." not in name
    return plain and name not in RESERVED and name == name.strip(" .")


def _flow_paths(root: Path) -> Iterator[str]:
    waiting = [("", 0)]
    seen = 0
    while waiting and seen < _MOST_FOLDERS:
        above, depth = waiting.pop()
        seen += 1
        try:
            entries = list(os.scandir(root / above))
        except OSError as problem:
            if not above:
                raise FolderUnreadable(root, problem) from problem
            # What cannot be looked into may well hold a flow: it is listed with the reason.
            yield f"{above}{SUFFIX}"
            continue
        for entry in entries:
            path = f"{above}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                hidden = entry.name.startswith(".") or entry.name in _SKIPPED
                if depth < _DEEPEST and not hidden:
                    waiting.append((f"{path}/", depth + 1))
            elif entry.name.endswith(SUFFIX) and not entry.is_symlink():
                yield path
