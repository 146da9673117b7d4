"""Put what a call changed into the run's workspace: by descriptors, and again without harm."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from agentry.base.beneath import FOLDER
from agentry.sandbox.changes import ChangeRefused, Changes


def apply(changes: Changes, tree: Path, workspace: Path, owner: tuple[int, int]) -> None:
    """Carry `changes` from `tree` into `workspace`. Doing it again changes nothing.

    Raises `ChangeRefused` where another call has put something else in the way.
    """
    source, target = os.open(tree, FOLDER), os.open(workspace, FOLDER)
    try:
        for path in changes.deleted:
            _delete(target, path)
        for path in changes.folders:
            _make_folder(target, path)
        for path in changes.files:
            _move(source, target, path, owner)
    except (NotADirectoryError, IsADirectoryError, FileExistsError) as problem:
        raise ChangeRefused(
            f"Another call changed the workspace at the same place: {problem.strerror}."
        ) from None
    finally:
        os.close(source)
        os.close(target)


@contextmanager
def _parent(top: int, path: str) -> Generator[tuple[int, str]]:
    *above, name = path.split("/")
    here = os.dup(top)
    try:
        for step in above:
            below = os.open(step, FOLDER, dir_fd=here)
            os.close(here)
            here = below
        yield here, name
    finally:
        os.close(here)


def _delete(target: int, path: str) -> None:
    with suppress(FileNotFoundError), _parent(target, path) as (folder, name):
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        if not stat.S_ISDIR(mode):
            os.unlink(name, dir_fd=folder)
            return
        # Another call may have put files into a folder that this one removed: they stay.
        with suppress(OSError):
            os.rmdir(name, dir_fd=folder)


def _make_folder(target: int, path: str) -> None:
    with _parent(target, path) as (folder, name), suppress(FileExistsError):
        os.mkdir(name, 0o755, dir_fd=folder)


def _move(source: int, target: int, path: str, owner: tuple[int, int]) -> None:
    with _parent(source, path) as (old, name), _parent(target, path) as (new, _):
        try:
            status = os.stat(name, dir_fd=old, follow_symlinks=False)
        except FileNotFoundError:
            return  # moved already, before a crash
        os.chown(name, *owner, dir_fd=old, follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            os.chmod(name, status.st_mode & 0o777 | 0o600, dir_fd=old)
        os.replace(name, name, src_dir_fd=old, dst_dir_fd=new)
