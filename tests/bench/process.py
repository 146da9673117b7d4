"""A studio's process: how soon it is there, what it takes, how soon it goes on after `kill -9`."""

from __future__ import annotations

import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.acceptance.product import Studio, wait_for
from tests.bench import flows
from tests.bench.burst import cpu_s, studio_with
from tests.bench.figure import Figure, at_most

TIMES = 5


def starting() -> Iterator[Figure]:
    times: list[float] = []
    used: list[float] = []
    with studio_with(three=flows.THREE) as studio:
        for _ in range(TIMES):
            studio.stop()
            began = time.perf_counter()
            studio.start()
            times.append(time.perf_counter() - began)
            used.append(cpu_s(studio))
        resident = _resident_mb(studio)
    note = f"from the command to an answer over HTTP; {statistics.median(used):.2f} s of CPU"
    yield Figure("a warm start", statistics.median(times), "s", at_most(1), note)
    yield Figure("an idle studio's memory", resident, "MB", at_most(90))


def resuming() -> Iterator[Figure]:
    """Kill in mid-work, start again, and wait until the run has a new event."""
    times: list[float] = []
    with studio_with(worked=flows.worked(2000)) as studio:
        for _ in range(TIMES):
            run_id = studio.run("worked", {})
            wait_for("work under way", lambda run=run_id: _last(studio, run) > 50)
            studio.kill()
            before = _last(studio, run_id)
            began = time.perf_counter()
            start = threading.Thread(target=studio.start)
            start.start()
            wait_for("the run", lambda run=run_id, seq=before: _last(studio, run) > seq)
            times.append(time.perf_counter() - began)
            start.join()
            studio.post(f"runs/{run_id}/cancel", {"reason": "measured"})
    yield Figure(
        "going on after kill -9", statistics.median(times), "s", at_most(2),
        f"from the command to the run's next event; longest of {TIMES}: {max(times):.2f} s",
    )  # fmt: skip


def _resident_mb(studio: Studio) -> float:
    assert studio.process
    status = Path(f"/proc/{studio.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def _last(studio: Studio, run_id: str) -> int:
    with sqlite3.connect(f"file:{studio.home / 'agentry.db'}?mode=ro", uri=True) as connection:
        row = connection.execute("SELECT last_seq FROM run WHERE run_id = ?", (run_id,))
        return int(row.fetchone()[0])
