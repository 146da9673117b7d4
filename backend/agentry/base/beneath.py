"""Open what lies below a folder and nothing outside it: one folder at a time, following no link."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK opening a named pipe would wait for a writer that never comes.
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def folder_below(
    root: Path,
    steps: Sequence[str],
    *,
    make: bool = False,
    hidden: frozenset[tuple[int, int]] = frozenset(),
    root_may_be_link: bool = False,
) -> Generator[int]:
    """Open the folder `steps` below `root` and yield its descriptor; raise `OSError`.

    `make` makes what is missing; a folder whose (device, inode) is `hidden` is not there.
    """
    here = os.open(root, FOLDER & ~os.O_NOFOLLOW if root_may_be_link else FOLDER)
    try:
        for step in steps:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(step, 0o755, dir_fd=here)
            below = os.open(step, FOLDER, dir_fd=here)
            os.close(here)
            here = below
            status = os.fstat(here)
            if (status.st_dev, status.st_ino) in hidden:
                raise FileNotFoundError(step)
        yield here
    finally:
        os.close(here)


def put(folder: int, name: str, content: bytes, mode: int = 0o644) -> os.stat_result:
    """Put a file in place at once (temporary file, fsync, rename); return its status."""
    passing = f".{name[:100]}.{os.urandom(6).hex()}.tmp"
    try:
        with os.fdopen(os.open(passing, _NEW_FILE, 0o600, dir_fd=folder), "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            status = os.fstat(file.fileno())
        os.replace(passing, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(passing, dir_fd=folder)
        raise
    os.fsync(folder)
    return status
