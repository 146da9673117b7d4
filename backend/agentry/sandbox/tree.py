"""The processes of one box as the host sees them: find, ask to end, kill."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def own_label() -> str:
    """Name this process so that no later one can have the same name: pid and start time."""
    return f"{os.getpid()}-{start_time(os.getpid())}"


def start_time(pid: int) -> int:
    """Return when `pid` started, in clock ticks since boot; 0 where there is none."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    return 0


def label_alive(label: str) -> bool:
    """Say whether the process that `own_label` named still runs."""
    pid, _, started = label.partition("-")
    return pid.isdigit() and start_time(int(pid)) == int(started or -1) != 0


def descendants(pid: int) -> list[int]:
    """Return all processes below `pid`, nearest first; `pid` itself is not in it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                stat = Path(f"/proc/{entry}/stat").read_text()
                parent = int(stat.rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry))
    found: list[int] = []
    below = list(children.get(pid, ()))
    while below:
        found += below
        below = [child for each in below for child in children.get(each, ())]
    return found


class Held:
    """One process, held by a pidfd so that a number used again is never hit.

    Of a box this is its first process: when it dies, the kernel kills everything in the box.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._fd = -1
        with contextlib.suppress(OSError):
            self._fd = os.pidfd_open(pid)

    def ask_to_end(self) -> None:
        """Send SIGTERM to everything below this process, not to itself."""
        if self._fd >= 0:
            for pid in descendants(self._pid):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGTERM)

    def kill(self) -> None:
        """Kill the process; of a box: everything in it."""
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._fd, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the process."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def boxes_left_behind(mark: str) -> list[int]:
    """Return bwrap processes whose studio is gone. `mark` begins the word that names it."""
    found: list[int] = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace")
            name = words.partition("\0")[0]
            if name.startswith(mark) and not label_alive(name[len(mark) :]):
                found.append(int(entry))
    return found
