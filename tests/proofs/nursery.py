"""Workers of the soak: a process that has imported everything forks one for each line it reads.

`python -m tests.proofs.nursery PLACE HOME SPEED`. Out: the number of the new process, a line each.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path

from agentry.base.errors import AgentryError
from tests.proofs.hatchery import warm
from tests.proofs.stage import FastClock, stage

ROOT = Path(__file__).parents[2]


class Nursery:
    """The side that asks; a context manager that ends all workers."""

    def __init__(self, place: Path | str, home: Path, speed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.nursery", str(place), str(home), str(speed)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'backend'}{os.pathsep}{ROOT}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def start(self) -> int:
        """Start a worker; return its number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


async def _work(place: str, home: Path, speed: int) -> None:
    at_once = asyncio.Event()
    at_once.set()
    with stage(place, home, FastClock(speed), at_once, full_sync=True) as on:
        await on.executor.run()


def _child(place: str, home: Path, speed: int) -> None:
    try:
        asyncio.run(_work(place, home, speed))
    except AgentryError as problem:
        # The database was not there when it began. Its owner starts another one.
        with (home / "refused").open("a") as refused:
            refused.write(f"{problem}\n")
        os._exit(1)
    except BaseException:
        with (home / "faults").open("a") as faults:
            traceback.print_exc(file=faults)
        os._exit(2)


def main() -> None:
    place, home, speed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    warm()
    # Nobody asks how they ended, and a dead one must not be taken for alive.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(place, home, speed)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
