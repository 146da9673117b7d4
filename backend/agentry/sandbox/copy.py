"""Copy a folder tree by descriptors: no link is followed, blocks are shared where possible."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path

from agentry.base.beneath import FOLDER
from agentry.base.errors import AgentryError

MOST_BYTES = 200 * 1024 * 1024
_FICLONE = 0x40049409
_CHUNK = 1 << 24


class WorkspaceTooLarge(AgentryError):
    """The workspace is larger than a call is given a copy of."""

    code, status = "workspace_too_large", 413


class Budget:
    """Bytes that may still be copied."""

    left = MOST_BYTES


def copy_tree(source: Path, target: Path) -> None:
    """Copy `source` to the new folder `target`; raise `WorkspaceTooLarge` above 200 MB."""
    target.mkdir(mode=0o700)
    old, new = os.open(source, FOLDER), os.open(target, FOLDER)
    try:
        _copy_folder(old, new, Budget())
    finally:
        os.close(old)
        os.close(new)


def _copy_folder(old: int, new: int, budget: Budget) -> None:
    with os.scandir(old) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        with suppress(FileNotFoundError):
            status = os.stat(name, dir_fd=old, follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                _copy_below(old, new, name, budget)
            elif stat.S_ISLNK(status.st_mode):
                os.symlink(os.readlink(name, dir_fd=old), name, dir_fd=new)
            elif stat.S_ISREG(status.st_mode):
                _copy_file(old, new, name, status, budget)


def _copy_below(old: int, new: int, name: str, budget: Budget) -> None:
    os.mkdir(name, 0o755, dir_fd=new)
    below = os.open(name, FOLDER, dir_fd=old)
    fresh = os.open(name, FOLDER, dir_fd=new)
    try:
        _copy_folder(below, fresh, budget)
    finally:
        os.close(below)
        os.close(fresh)


def _copy_file(old: int, new: int, name: str, status: os.stat_result, budget: Budget) -> None:
    budget.left -= status.st_size
    if budget.left < 0:
        raise WorkspaceTooLarge(
            f"The workspace holds more than {MOST_BYTES // 1024**2} MB, "
            "too much to give a tool its own copy.",
            hint="Delete what is no longer needed, or lend large folders as an input.",
        )
    made = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with (
        os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=old), "rb") as source,
        os.fdopen(os.open(name, made, status.st_mode & 0o777 | 0o600, dir_fd=new), "wb") as target,
    ):
        try:
            fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
        except OSError:
            while os.copy_file_range(source.fileno(), target.fileno(), _CHUNK):
                pass
    os.utime(name, ns=(status.st_atime_ns, status.st_mtime_ns), dir_fd=new)
