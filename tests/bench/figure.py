"""What a measurement gives, and the fixed loop that lets figures of different days compare."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

import msgspec


class Aim(msgspec.Struct, frozen=True):
    """What a figure should be at most, or at least."""

    bound: Literal["≤", "≥"]
    value: float

    def met(self, value: float) -> bool:
        return value <= self.value if self.bound == "≤" else value >= self.value


class Figure(msgspec.Struct, frozen=True):
    """One measured value. `note` says what else was seen in the same measurement."""

    name: str
    value: float
    unit: str
    aim: Aim | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        return None if self.aim is None else self.aim.met(self.value)


def at_most(value: float) -> Aim:
    return Aim("≤", value)


def at_least(value: float) -> Aim:
    return Aim("≥", value)


def calibrate() -> float:
    """Return the ms that a fixed loop takes: what one core of this machine is worth now."""
    times: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        total = 0
        for number in range(2_000_000):
            total += number & 7
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


def part(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not pass: 0.95 gives the p95."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """Return p50, p95 and p99 in words."""
    shares = (0.5, 0.95, 0.99)
    return ", ".join(f"p{share * 100:.0f} {part(values, share):.1f} {unit}" for share in shares)
