"""This machine and its processes."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path


def machine(*, shared: bool) -> str:
    """Return a name of this machine as booted: process ids of another boot say nothing.

    Where containers of one machine meet (`shared`), each numbers its processes for itself.
    """
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}" if shared else boot
    return socket.gethostname()


def is_alive(pid: int) -> bool:
    """Return whether a process that is not this one has the number `pid`."""
    if pid == os.getpid():
        # A row with our own number is of an earlier process: containers reuse small numbers.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
