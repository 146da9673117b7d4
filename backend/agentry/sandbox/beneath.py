"""What the file tools do below a folder, with sentences for what cannot be done."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from agentry.base.beneath import FILE, FOLDER, folder_below, put
from agentry.base.errors import AgentryError


class PathRefused(AgentryError):
    """A path leads outside its folder, through a link, or to something that is no plain file."""

    code, status = "path_refused", 422


class FileNotThere(AgentryError):
    """No file has this path."""

    code, status = "file_not_found", 404


class FileTooLarge(AgentryError):
    """A file is larger than the file tools handle."""

    code, status = "file_too_large", 413


@dataclass(frozen=True, slots=True)
class Root:
    """A folder on the host and what tools call it; `hidden` (device, inode) are not entered."""

    folder: Path
    shown: str
    hidden: frozenset[tuple[int, int]] = frozenset()


def steps_of(path: str) -> list[str]:
    """Split a relative path; raise `PathRefused` where it could lead elsewhere."""
    if path.startswith("/") or "\0" in path:
        raise PathRefused(
            f"The path {path!r} is not inside the workspace.",
            hint="Give a path relative to /workspace.",
        )
    steps = [step for step in path.split("/") if step not in ("", ".")]
    if ".." in steps:
        raise PathRefused(f"The path {path!r} climbs out of its folder with '..'.")
    return steps


def folder_at(root: Root, steps: list[str], *, make: bool = False) -> AbstractContextManager[int]:
    """Open the folder `steps` below `root` and yield its descriptor; `make` what is missing."""
    return folder_below(root.folder, steps, make=make, hidden=root.hidden)


def read_beneath(root: Root, path: str, most: int) -> bytes:
    """Return the bytes of a file of at most `most` bytes."""
    with _plainly(path):
        *above, name = steps_of(path) or [""]
        with folder_at(root, above) as folder:
            found = os.open(name or ".", FILE, dir_fd=folder)
        with os.fdopen(found, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise PathRefused(f"{path!r} is not a plain file.")
            if status.st_size > most:
                raise FileTooLarge(
                    f"{path!r} has {status.st_size} bytes; read_file reads at most {most}.",
                    hint="Read a part of it with the shell tool, such as head or sed.",
                )
            return file.read(most)


def write_beneath(root: Root, path: str, content: bytes) -> None:
    """Put `content` in place at once: a temporary file, fsync, rename."""
    with _plainly(path):
        steps = steps_of(path)
        if not steps:
            raise PathRefused("The path names a folder; name a file.")
        *above, name = steps
        with folder_at(root, above, make=True) as folder:
            _refuse_folder(folder, name, path)
            put(folder, name, content)


def list_beneath(root: Root, path: str, *, deep: bool) -> Iterator[tuple[str, os.stat_result]]:
    """Give (path below `root`, status) of all that is in the folder `path`, in order of path."""
    steps = steps_of(path)
    with _plainly(path), folder_at(root, steps) as folder:
        yield from _listing(root, folder, "/".join(steps), deep)


def _listing(
    root: Root, folder: int, prefix: str, deep: bool
) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (status.st_dev, status.st_ino) in root.hidden:
            continue
        path = f"{prefix}/{name}" if prefix else name
        yield path, status
        if deep and stat.S_ISDIR(status.st_mode):
            with suppress(OSError):
                below = os.open(name, FOLDER, dir_fd=folder)
                try:
                    yield from _listing(root, below, path, deep)
                finally:
                    os.close(below)


def _refuse_folder(folder: int, name: str, path: str) -> None:
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise PathRefused(f"{path!r} is a folder.")


@contextmanager
def _plainly(path: str) -> Generator[None]:
    """Say what the operating system says, in a sentence."""
    try:
        yield
    except FileNotFoundError:
        raise FileNotThere(f"No file {path!r} exists.") from None
    except (NotADirectoryError, IsADirectoryError):
        raise PathRefused(f"A part of {path!r} is not what the path says it is.") from None
    except OSError as problem:
        # ELOOP: a component is a link.
        said = "it leads through a link" if problem.errno == 40 else str(problem.strerror)
        raise PathRefused(f"{path!r} cannot be opened: {said}.") from None
