"""Durations and sizes."""

from __future__ import annotations

import pytest

from agentry.flow.units import parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90s", 90_000),
        ("15m", 900_000),
        ("2h", 7_200_000),
        ("3d", 259_200_000),
        ("1w", 604_800_000),
        ("250ms", 250),
        ("1.5h", 5_400_000),
        ("1h30m", 5_400_000),
        ("0s", 0),
        ("PT90S", 90_000),
        ("PT1H30M", 5_400_000),
        ("P1DT12H", 129_600_000),
        ("P2W", 1_209_600_000),
        ("", None),
        ("90", None),
        ("s", None),
        ("-5s", None),
        ("5 minutes", None),
        ("1h 30m", None),
        ("P", None),
        ("PT", None),
        ("P1H", None),
        ("99999w", None),
        ("9" * 60 + "s", None),
    ],
)
def test_durations_become_milliseconds(text: str, ms: int | None) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("256Mi", 268_435_456),
        ("1Gi", 1_073_741_824),
        ("1.5Ki", 1536),
        ("10k", 10_000),
        ("512", 512),
        ("2MiB", 2_097_152),
        ("", None),
        ("Mi", None),
        ("-1Mi", None),
        ("1Pi", None),
    ],
)
def test_sizes_become_bytes(text: str, size: int | None) -> None:
    assert parse_size(text) == size
