"""When a schedule is due. Pure: time comes in, times come out; summer time is minded."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from agentry.base.json import JsonObject

LATE_MS = 60_000
"""A time that is this much in the past was missed: nobody was there to start the run."""
MOST_MISSED = 100


def next_time(spec: JsonObject, after: int) -> int | None:
    """Return the first time later than `after`, or None where there is none any more."""
    every = spec.get("every_ms")
    if isinstance(every, int) and every > 0:
        # Counted from the epoch, so that a restart does not move the beat.
        return after - after % every + every
    zone = ZoneInfo(str(spec.get("timezone") or "UTC"))
    start = datetime.fromtimestamp(after / 1000, tz=zone)
    try:
        found = next(CronSim(str(spec.get("cron")), start), None)
    except CronSimError:
        return None
    return None if found is None else int(found.astimezone(UTC).timestamp() * 1000)


def due_times(spec: JsonObject, next_at: int, now: int) -> tuple[list[int], list[int]]:
    """Return the times at which runs are to start now, and those that are left out.

    `missed` of the spec says what becomes of times that passed while nobody was there: `once` (the
    newest of them), `all` (at most 100), `skip`.
    """
    times = [next_at]
    while (later := next_time(spec, times[-1])) is not None and later <= now:
        times.append(later)
        if len(times) > MOST_MISSED:
            times = times[-MOST_MISSED:]
    missed = spec.get("missed") or "once"
    late = [time for time in times if now - time > LATE_MS]
    if not late or missed == "all":
        return times, []
    if missed == "skip":
        return [time for time in times if time not in late], late
    return times[-1:], times[:-1]


def coming(spec: JsonObject, after: int, many: int = 3) -> list[int]:
    """Return the next few times, to show them."""
    found: list[int] = []
    time = next_time(spec, after)
    while time is not None and len(found) < many:
        found.append(time)
        time = next_time(spec, time)
    return found
