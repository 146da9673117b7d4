"""Reading and checking a flow's text."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from agentry.flow.read import read
from tests.bench import flows
from tests.bench.figure import Figure


def reading() -> Iterator[Figure]:
    for tasks in (20, 200, 500):
        text = flows.plain(tasks)
        times: list[float] = []
        for _ in range(9):
            began = time.perf_counter()
            read(text, name="big")
            times.append((time.perf_counter() - began) * 1000)
        yield Figure(f"a flow of {tasks} tasks read and checked", statistics.median(times), "ms")
