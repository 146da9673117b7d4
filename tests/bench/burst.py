"""Many requests at once to a real `agentry up`."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.product import Studio
from tests.bench import flows
from tests.bench.client import Line, invoke, opened, volley
from tests.bench.figure import Figure, at_most, part, spread

MANY = 1000
TIMES = 3
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Burst:
    """How one burst went; CPU in ms a request."""

    took: list[float]
    finished_s: float
    studio_cpu: float
    client_cpu: float

    @property
    def p95(self) -> float:
        return part(self.took, 0.95)

    @property
    def cpu(self) -> str:
        return f"CPU a request: studio {self.studio_cpu:.2f} ms, client {self.client_cpu:.2f} ms"


@contextmanager
def studio_with(**texts: str) -> Generator[Studio]:
    """Start a studio whose folder holds these flows."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        place = Path(folder) / "flows"
        place.mkdir()
        for name, text in texts.items():
            (place / f"{name}.agentry.flow.yaml").write_text(text)
        with Studio(home, place) as studio:
            yield studio


def bursting() -> Iterator[Figure]:
    with studio_with(three=flows.THREE) as studio:
        bursts, ramp = asyncio.run(_measure(studio))
    middle = sorted(bursts, key=lambda burst: burst.p95)[TIMES // 2]
    name = f"{MANY:,} invokes at the same moment"
    note = f"{spread(middle.took)}; {middle.cpu}"
    yield Figure(f"{name}: p95 of the 202", middle.p95, "ms", at_most(200), note)
    yield Figure(f"{name}: all runs finished", middle.finished_s, "s", at_most(2))
    note = f"{spread(ramp.took)}; {ramp.cpu}"
    yield Figure(f"{MANY:,} invokes spread over 1 s: p95 of the 202", ramp.p95, "ms", note=note)


async def _measure(studio: Studio) -> tuple[list[Burst], Burst]:
    lines = await opened(studio.port, MANY)
    request = invoke(studio.port, "three")
    await volley(lines[:50], request)
    done = 50
    bursts: list[Burst] = []
    for _ in range(TIMES):
        bursts.append(await _burst(studio, lines, request, done := done + MANY))
    ramp = await _burst(studio, lines, request, done + MANY, over_s=1.0)
    for line in lines:
        line.close()
    return bursts, ramp


async def _burst(
    studio: Studio, lines: list[Line], request: bytes, then: int, over_s: float = 0.0
) -> Burst:
    """Send them all; `then` is how many runs have ended once all of these have."""
    studio_cpu, client_cpu, began = cpu_s(studio), time.process_time(), time.perf_counter()
    took = await volley(lines, request, over_s)
    client_cpu = time.process_time() - client_cpu
    _await_ended(studio.home, then)
    finished = time.perf_counter() - began
    return Burst(
        took,
        finished,
        (cpu_s(studio) - studio_cpu) * 1000 / len(lines),
        client_cpu * 1000 / len(lines),
    )


def cpu_s(studio: Studio) -> float:
    """Return the CPU seconds that the studio's process has used."""
    assert studio.process
    stat = Path(f"/proc/{studio.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICK


def _ended(home: Path) -> int:
    with sqlite3.connect(f"file:{home / 'agentry.db'}?mode=ro", uri=True) as connection:
        row = connection.execute("SELECT count(*) FROM run WHERE terminal_at IS NOT NULL")
        return int(row.fetchone()[0])


def _await_ended(home: Path, count: int) -> None:
    """Wait until that many runs have ended; looks only when all answers are there."""
    until = time.monotonic() + 60
    while _ended(home) < count:
        if time.monotonic() > until:
            raise TimeoutError(f"{count} runs did not end within 60 s")
        time.sleep(0.005)
