"""Processes by the hundred: one that has imported everything forks one for each line it reads.

In: `{"place", "home", "flow", "fail"}` a line; `place` is a file, or the address of a Postgres.
Out: how that process ended, as `subprocess` says it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from agentry.base import failpoint
from agentry.store.database import Database
from tests.proofs.flows import FLOWS
from tests.proofs.plans import new_run
from tests.proofs.play import RUN, play

ROOT = Path(__file__).parents[2]
_LONGEST_S = 60


class Hatchery:
    """The side that asks; a context manager that ends the process it started."""

    def __enter__(self) -> Hatchery:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.hatchery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'backend'}{os.pathsep}{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def play(self, place: Path | str, home: Path, flow: str, fail: str = "") -> int:
        """Run one process to its end; return 0, or -9 where it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"place": str(place), "home": str(home), "flow": flow, "fail": fail}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def _child(place: str, home: Path, flow: str, fail: str) -> None:
    signal.alarm(_LONGEST_S)
    log = os.open(home / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    failpoint.arm(fail)
    try:
        asyncio.run(play(place, home, flow))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def warm() -> None:
    """Import and compile what a process loads on its way, so that no forked one has to."""
    for name in FLOWS:
        new_run(name, RUN, 0)
    Database("postgresql://nobody@/nowhere").close()


def main() -> None:
    warm()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(asked["place"], Path(asked["home"]), asked["flow"], asked["fail"])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
