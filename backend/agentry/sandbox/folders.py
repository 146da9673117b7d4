"""Walk and hand over a folder tree that a program in a box has written: nothing is followed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def hand_over(folder: Path, uid: int) -> None:
    """Give `folder` and everything in it to user and group `uid`."""
    for _, names, fd in _walk(folder):
        for name in names:
            os.chown(name, uid, uid, dir_fd=fd, follow_symlinks=False)
        os.chown(fd, uid, uid)


def bytes_in(folder: Path) -> int:
    """Return the bytes on disk below `folder`; what vanishes meanwhile counts nothing."""
    total = 0
    for _, names, fd in _walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(name, dir_fd=fd, follow_symlinks=False).st_blocks * 512
    return total


def _walk(folder: Path) -> Iterator[tuple[str, list[str], int]]:
    for root, folders, files, fd in os.fwalk(folder, follow_symlinks=False):
        yield root, [*folders, *files], fd
