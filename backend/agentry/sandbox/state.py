"""What a machine's boxes share: a folder of Agentry's own, one user id for each running box."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Generator
from pathlib import Path

from agentry.base.errors import AgentryError

# Outside what distributions hand out; the second where a container knows only 65536 ids.
_FIRST_UIDS = (200_000, 64_000)
_SLOTS = 512


class SandboxFault(AgentryError):
    """A box could not be made, though a sandbox is there."""

    code, status = "sandbox_fault", 503


def state_folder() -> Path:
    """Return a folder that only we may write to, made where it is missing."""
    me = os.geteuid()
    homes = [Path("/run/agentry")] if me == 0 else []
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        homes.append(Path(runtime) / "agentry")
    homes.append(Path(tempfile.gettempdir()) / f"agentry-{me}")
    for folder in homes:
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
            ours = stat.S_ISDIR(found.st_mode) and found.st_uid == me and not found.st_mode & 0o022
            if ours and os.access(folder, os.W_OK):
                return folder
    raise SandboxFault(
        "No folder for the sandbox's own files can be made.",
        hint=f"Let this user write to {homes[-1].parent}.",
    )


def first_uid(uid_map: str) -> int:
    """Return where our ids begin, given `/proc/self/uid_map`; -1 where none of them is known."""
    ranges = [tuple(map(int, line.split())) for line in uid_map.splitlines()]
    for first in _FIRST_UIDS:
        if any(inside <= first and first + _SLOTS <= inside + n for inside, _, n in ranges):
            return first
    return -1


@contextlib.contextmanager
def box_user() -> Generator[int]:
    """Lend a user id that no other box on this machine has now; -1 where we are not root.

    Root of a user namespace that knows no other id is not root for our purpose either.
    RLIMIT_NPROC counts by user: two boxes with one id could starve each other.
    """
    first = first_uid(Path("/proc/self/uid_map").read_text()) if os.geteuid() == 0 else -1
    if first < 0:
        yield -1
        return
    folder = state_folder() / "slots"
    folder.mkdir(mode=0o700, exist_ok=True)
    for slot in range(_SLOTS):
        lock = os.open(folder / str(slot), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        try:
            yield first + slot
        finally:
            os.close(lock)
        return
    raise SandboxFault(f"All {_SLOTS} sandbox users are busy.", hint="Try again in a moment.")
