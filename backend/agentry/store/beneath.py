"""Read, list and write the files of a folder that people and runs share; nothing outside it."""

from __future__ import annotations

import os
import stat
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from agentry.base.beneath import FILE, folder_below, put


class OutsideFolder(OSError):
    """The path is absolute, climbs with '..', or meets something that is no plain file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file: its path below the folder, size, and last change in ms UTC."""

    path: str
    size: int
    modified_at: int


def steps_of(path: str) -> list[str]:
    """Split a relative path with '/'; raise `OutsideFolder` where it could lead elsewhere."""
    steps = path.split("/")
    if any(step in ("", ".", "..") or "\0" in step for step in steps):
        raise OutsideFolder(f"{path!r} is not a plain relative path")
    return steps


def folder_beneath(root: Path, steps: list[str]) -> AbstractContextManager[int]:
    """Open the folder `steps` below `root`; yield its descriptor. The root itself may be a link."""
    return folder_below(root, steps, root_may_be_link=True)


def open_beneath(root: Path, path: str) -> int:
    """Return a descriptor of the regular file at `path` below `root`; raise `OSError`."""
    *above, name = steps_of(path)
    with folder_beneath(root, above) as folder:
        found = os.open(name, FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(found).st_mode):
        os.close(found)
        raise OutsideFolder(f"{path!r} is not a regular file")
    return found


def read_beneath(root: Path, path: str, most: int) -> tuple[bytes, os.stat_result]:
    """Return up to `most` + 1 bytes of a file (one more tells that it is longer) and its status."""
    with os.fdopen(open_beneath(root, path), "rb") as file:
        return file.read(most + 1), os.fstat(file.fileno())


def files_beneath(root: Path, most: int, deepest: int = 32) -> list[Found]:
    """Return at most `most` regular files below `root` in path order.

    Unreadable ones are left out.
    """
    found: list[Found] = []
    for above, folders, names, fd in os.fwalk(root, follow_symlinks=False):
        place = Path(above).relative_to(root)
        folders[:] = sorted(folders) if len(place.parts) < deepest else []
        for name in sorted(names):
            with suppress(OSError):
                status = os.stat(name, dir_fd=fd, follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    path = str(place / name)
                    found.append(Found(path, status.st_size, status.st_mtime_ns // 1_000_000))
        if len(found) >= most:
            break
    return sorted(found[:most], key=lambda file: file.path)


def write_beneath(root: Path, path: str, content: bytes) -> os.stat_result:
    """Put `content` in place at once: temporary file, fsync, rename. Keep the file's mode."""
    *above, name = steps_of(path)
    with folder_beneath(root, above) as folder:
        mode = 0o644
        with suppress(FileNotFoundError):
            old = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISREG(old.st_mode):
                raise OutsideFolder(f"{path!r} is not a regular file")
            mode = stat.S_IMODE(old.st_mode)
        return put(folder, name, content, mode)
