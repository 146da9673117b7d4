"""`make bench`: figures of this machine, each beside a fixed CPU loop so that days compare.

`--only NAME` measures one part, `--json` prints for programs, `--write` puts the table into
`docs/benchmarks.md`. With `BENCH_DB` (the address of an empty Postgres) the parts that need no
studio process use that instead of SQLite.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

import msgspec

from tests.bench.burst import bursting
from tests.bench.figure import Figure, calibrate
from tests.bench.process import resuming, starting
from tests.bench.reading import reading
from tests.bench.report import aim_of, shown, write
from tests.bench.runs import accepting, after_many, alone, finishing, stepping

PARTS: dict[str, Callable[[], Iterable[Figure]]] = {
    "reading": reading,
    "accepting": accepting,
    "finishing": finishing,
    "stepping": stepping,
    "alone": alone,
    "after-many": after_many,
    "burst": bursting,
    "starting": starting,
    "resuming": resuming,
}


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("--only", action="append", choices=PARTS, help="may be given several times")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--write", action="store_true", help="needs the whole measurement")
    given = asked.parse_args()
    if given.write and given.only:
        asked.error("--write needs the whole measurement, so leave --only out.")
    calibration = calibrate()
    if not given.json:
        sys.stdout.write(f"{'calibration loop':58} {calibration:12.1f} ms\n")
    figures: list[Figure] = []
    for name in given.only or PARTS:
        for figure in PARTS[name]():
            figures.append(figure)
            if not given.json:
                line = f"{figure.name:58} {shown(figure):>15}  {aim_of(figure):16} {figure.note}"
                sys.stdout.write(f"{line.rstrip()}\n")
                sys.stdout.flush()
    if given.json:
        whole = {"calibration_ms": calibration, "figures": figures}
        sys.stdout.write(msgspec.json.encode(whole).decode() + "\n")
    if given.write:
        write(figures, calibration)


main()
