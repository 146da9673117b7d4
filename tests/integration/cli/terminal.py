"""A command as a person sees it: on a terminal of its own, with keys to press."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START = [sys.executable, "-c", "from agentry.cli.main import main; main()"]
_DRAWN = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """A running command. `stdout` is a file, as in `agentry run … > file`."""

    process: subprocess.Popen[bytes]
    keyboard: int
    stdout: Path
    _seen: str = ""

    def until(self, words: str, within_s: float = 40.0) -> str:
        """Read what is drawn until `words` are there; return all of it without colours."""
        end = time.monotonic() + within_s
        while words not in self._seen:
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{words!r} was not drawn; this was: {self._seen[-1500:]}")
        return self._seen

    def _read(self, within_s: float) -> bool:
        ready, _, _ = select.select([self.keyboard], [], [], within_s)
        if not ready:
            return False
        try:
            data = os.read(self.keyboard, 65536)
        except OSError:
            return False
        self._seen += _DRAWN.sub("", data.decode(errors="replace"))
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self.keyboard, text.encode())

    def end(self, within_s: float = 40.0) -> int:
        """Wait for the end, reading on; return the exit code."""
        end = time.monotonic() + within_s
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.05)
        while self._read(0):
            pass
        return self.process.wait(1)

    @property
    def seen(self) -> str:
        return self._seen


@contextmanager
def on_terminal(*args: str, home: Path) -> Generator[Terminal]:
    """Start a command on a new terminal; what is left of it is killed at the end."""
    ours, theirs = pty.openpty()
    stdout = home.parent / "stdout.txt"
    with stdout.open("wb") as out:
        process = subprocess.Popen(
            [*START, *args],
            stdin=theirs,
            stdout=out,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_take_terminal,
            env={**os.environ, "AGENTRY_HOME": str(home), "TERM": "xterm", "COLUMNS": "120"},
        )
    os.close(theirs)
    try:
        yield Terminal(process, ours, stdout)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(5)
        os.close(ours)


def _take_terminal() -> None:
    # Makes the terminal ours, so that Ctrl-C typed into it becomes a signal.
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
