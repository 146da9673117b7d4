"""Accepting and finishing runs, in this process."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator

from tests.bench import flows
from tests.bench.figure import Figure, at_least, at_most, part
from tests.bench.store import BENCH_DB, Kept, opened

ACCEPTS, FINISHED = at_least(2000), at_least(1000)


def accepting() -> Iterator[Figure]:
    for at_once, total in ((1, 300), (16, 1600), (64, 3200), (256, 5120)):
        with opened() as (store, _):
            pace = asyncio.run(store.keep(flows.THREE, whole=False).runs(total, at_once))
        aim = ACCEPTS if at_once == 256 else None
        yield Figure(f"runs accepted, {at_once} at once", pace.rate, "/s", aim, str(pace))


def finishing() -> Iterator[Figure]:
    for at_once, total in ((1, 300), (32, 1600), (256, 3072)):
        with opened() as (store, _):
            pace = asyncio.run(store.keep(flows.THREE).runs(total, at_once))
        aim = FINISHED if at_once == 256 else None
        yield Figure(
            f"three-step runs finished, {at_once} at once", pace.rate, "/s", aim, str(pace)
        )


def stepping() -> Iterator[Figure]:
    with opened() as (store, _):
        pace = asyncio.run(store.keep(flows.chain(100)).runs(160, 16))
    note = f"{pace.cpu_ms / 100:.3f} ms of CPU a step"
    yield Figure("pure steps, 16 chains of 100 at once", pace.rate * 100, "/s", note=note)


def alone() -> Iterator[Figure]:
    """One run after another, so that nothing is shared with others."""
    for name, text, divisor, aim in (
        ("a step in a chain of 100", flows.chain(100), 100, at_most(0.5)),
        ("a fan-out of 100", flows.fan_out(100), 1, at_most(30)),
    ):
        with opened() as (store, _):
            took = asyncio.run(_one_by_one(store.keep(text), 30))
        middle = statistics.median(took) / divisor
        yield Figure(name, middle, "ms", aim, f"p95 {part(took, 0.95) / divisor:.2f} ms")


async def _one_by_one(kept: Kept, times: int) -> list[float]:
    await kept.run()
    took: list[float] = []
    for _ in range(times):
        began = time.perf_counter()
        await kept.run()
        took.append((time.perf_counter() - began) * 1000)
    return took


def after_many() -> Iterator[Figure]:
    """The same with 10,000 runs in the store, and what each of those takes on disk."""
    with opened() as (store, file):
        whole, bare = store.keep(flows.THREE), store.keep(flows.THREE, whole=False)
        asyncio.run(whole.runs(9_999, 256))
        if not BENCH_DB:
            with store.database.writer.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            size = file.stat().st_size / 10_000
            yield Figure("a stored three-step run", size, "bytes", at_most(2500))
        pace = asyncio.run(bare.runs(5120, 256))
        name = "runs accepted, 256 at once, after 10,000"
        yield Figure(name, pace.rate, "/s", ACCEPTS, str(pace))
        pace = asyncio.run(whole.runs(3072, 256))
        name = "three-step runs finished, 256 at once, after 10,000"
        yield Figure(name, pace.rate, "/s", FINISHED, str(pace))
