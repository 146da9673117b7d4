"""The table in `docs/benchmarks.md`, between two markers."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figure import Figure

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: written by `make bench ARGS=--write` -->", "<!-- end of figures -->"


def shown(figure: Figure) -> str:
    """Return the value as people read it."""
    digits = 0 if figure.value >= 100 else 1 if figure.value >= 10 else 2
    gap = "" if figure.unit.startswith("/") else " "
    return f"{figure.value:,.{digits}f}{gap}{figure.unit}"


def aim_of(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    verdict = "met" if figure.met else "missed"
    return f"{figure.aim.bound} {figure.aim.value:,g}: {verdict}"


def machine() -> str:
    """Return one sentence about where this was measured."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"{cores} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the end; every commit waits for the disk (fsync on)"
    )


def table(figures: Sequence[Figure], calibration_ms: float) -> str:
    """Return the Markdown of one whole measurement."""
    rows = [
        f"| {figure.name} | {shown(figure)} | {aim_of(figure)} | {figure.note} |"
        for figure in figures
    ]
    return "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}. Calibration {calibration_ms:.0f} ms. {machine()}.",
            "",
            "| what | figure | aim | besides |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def write(figures: Sequence[Figure], calibration_ms: float) -> None:
    """Put the table where the last one stood."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    new = f"{before}{BEGIN}\n\n{table(figures, calibration_ms)}\n\n{END}{after}"
    PAGE.write_text(new, "utf-8")
