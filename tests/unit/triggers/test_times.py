"""When schedules are due, over summer time, and after times at which nobody was there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agentry.base.json import JsonObject
from agentry.triggers.times import LATE_MS, MOST_MISSED, coming, due_times, next_time

HOUR = 3_600_000
BERLIN: JsonObject = {"cron": "30 2 * * *", "timezone": "Europe/Berlin"}


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_a_cron_line_is_read_in_its_time_zone() -> None:
    assert next_time({"cron": "0 7 * * *"}, ms("2026-01-05T06:00:00")) == ms("2026-01-05T07:00:00")
    berlin: JsonObject = {"cron": "0 7 * * *", "timezone": "Europe/Berlin"}
    assert next_time(berlin, ms("2026-01-05T05:00:00")) == ms("2026-01-05T06:00:00")
    assert next_time(berlin, ms("2026-07-05T04:00:00")) == ms("2026-07-05T05:00:00")


def test_an_hour_that_summer_time_skips_is_not_lost() -> None:
    found = next_time(BERLIN, ms("2026-03-28T12:00:00"))
    assert found is not None
    assert ms("2026-03-29T00:30:00") <= found <= ms("2026-03-29T01:30:00")


def test_an_hour_that_comes_twice_counts_once() -> None:
    first, second = coming(BERLIN, ms("2026-10-24T12:00:00"), 2)
    assert second - first >= 23 * HOUR


def test_a_beat_is_counted_from_the_epoch() -> None:
    every: JsonObject = {"every_ms": 60_000}
    assert next_time(every, 60_000) == 120_000
    assert next_time(every, 119_999) == 120_000


def test_a_line_that_never_comes_has_no_next_time() -> None:
    assert next_time({"cron": "0 0 30 2 *"}, ms("2026-01-01T00:00:00")) is None


@pytest.mark.parametrize(
    ("missed", "runs", "left_out"), [("once", 1, 4), ("all", 5, 0), ("skip", 0, 5)]
)
def test_missed_times_become_runs_as_the_schedule_says(
    missed: str, runs: int, left_out: int
) -> None:
    spec: JsonObject = {"every_ms": HOUR, "missed": missed}
    times, out = due_times(spec, HOUR, 5 * HOUR + 2 * LATE_MS)
    assert (len(times), len(out)) == (runs, left_out)
    if missed == "once":
        assert times == [5 * HOUR]


def test_a_time_that_is_just_due_was_not_missed() -> None:
    assert due_times({"every_ms": HOUR, "missed": "skip"}, HOUR, HOUR + 5) == ([HOUR], [])


def test_no_more_than_a_hundred_missed_times_are_made_up_for() -> None:
    times, _ = due_times({"every_ms": 1000, "missed": "all"}, 1000, 10_000_000)
    assert len(times) == MOST_MISSED
    assert times[-1] == 10_000_000
