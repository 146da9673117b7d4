"""Old runs go whole and only when nobody needs them; what stays, stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from agentry.base.clock import ManualClock
from agentry.engine.port import Batch, NewActivity, NewTimer, RunRow, RunUpdate, Transaction
from agentry.journal.events import Draft
from agentry.store import blobs
from agentry.store.retention.lease import Lease, TidyingAlready, tidying
from agentry.store.retention.prune import Taken, prune, rehearse
from agentry.store.retention.sweep import sweep
from agentry.store.rows import LONGEST
from agentry.store.runs import RunReader
from agentry.store.schema import METADATA
from tests.integration.store.desk import Desk

pytestmark = pytest.mark.integration

DAY = 86_400_000
NOW = 1_790_000_000_000
OLD = NOW - 90 * DAY


def run_id(name: str) -> str:
    """Return an id of a time long ago, as `new_id` makes them."""
    return f"run_0{name.rjust(25, '0')}"


def make(
    name: str,
    *,
    ended: int | None,
    parent: str | None = None,
    root: str | None = None,
    fork_of: str | None = None,
    output: str = "",
) -> Callable[[Transaction], None]:
    """Return a closure that makes a run with an event, and with an activity and a timer."""

    def act(tx: Transaction) -> None:
        own = run_id(name)
        tx.save_plan("p", "f", "{}", "text", 1)
        tx.insert_run(
            RunRow(
                own, "f", "F", "p", "r", "accepted", 0, None, "", "tester", 1,
                parent and run_id(parent), parent and "t", root and run_id(root),
                0 if parent is None else 1, fork_of and run_id(fork_of),
            )
        )  # fmt: skip
        event = Draft("run.accepted", data={"inputs": {}, "x": output}).placed(own, 1, 1)
        status = "running" if ended is None else "completed"
        now = RunUpdate(status, 1, 1, 1, ended, 0, {}, None)
        work = NewActivity(own, "a", "tool", 1, 0)
        timer = NewTimer(own, "wait:a", "wait", 1)
        tx.write(Batch(own, now, [event], [work], new_timers=[timer]))

    return act


@pytest.fixture
def lease(desk: Desk) -> Iterator[Lease]:
    with tidying(desk.database, ManualClock(NOW)) as lease:
        yield lease


def left(desk: Desk) -> set[str]:
    with desk.database.reader() as connection:
        found = connection.exec_driver_sql("SELECT run_id FROM run").scalars().all()
    return {str(own).removeprefix("run_").lstrip("0") for own in found}


def pruned(desk: Desk, lease: Lease, only: frozenset[str] | None = None) -> Taken:
    before = Taken()
    for taken in prune(desk.database, OLD, lease, only=only):
        before = taken
    return before


async def test_a_run_that_ended_long_ago_goes_with_all_that_is_its_own(
    desk: Desk, lease: Lease
) -> None:
    await desk.do(make("old", ended=OLD - 1))
    await desk.do(make("young", ended=OLD))
    await desk.do(make("open", ended=None))
    assert rehearse(desk.database, OLD) == Taken(runs=1, events=1)
    assert left(desk) == {"old", "young", "open"}
    taken = pruned(desk, lease)
    assert (taken.runs, taken.events, taken.kept, taken.ids) == (1, 1, 0, (run_id("old"),))
    assert left(desk) == {"young", "open"}
    with desk.database.reader() as connection:
        for table in METADATA.tables.values():
            if "run_id" in table.c:
                rows = connection.execute(table.select().with_only_columns(table.c.run_id))
                assert run_id("old") not in rows.scalars().all(), table.name


Kin = tuple[str, int | None, dict[str, str]]
FAMILIES: dict[str, tuple[list[Kin], str]] = {
    "an open parent keeps its children": ([("p", None, {}), ("c", 0, {"parent": "p"})], "pc"),
    "a child that ended lately keeps its parent": (
        [("p", 0, {}), ("c", 1, {"parent": "p"})],
        "pc",
    ),
    "one that ended lately keeps all of a tree": (
        [
            ("p", 0, {}),
            ("c", 0, {"parent": "p"}),
            ("d", 0, {"parent": "p"}),
            ("g", 1, {"parent": "c"}),
        ],
        "pcdg",
    ),
    "an old tree goes at once": (
        [("p", 0, {}), ("c", 0, {"parent": "p"}), ("g", 0, {"parent": "c"})],
        "",
    ),
    "a younger fork keeps what it was made from": (
        [("s", 0, {}), ("f", 1, {"fork_of": "s"})],
        "sf",
    ),
    "an old fork goes and leaves its younger source": (
        [("s", 1, {}), ("f", 0, {"fork_of": "s"})],
        "s",
    ),
    "a fork of a child keeps the whole tree": (
        [("p", 0, {}), ("c", 0, {"parent": "p"}), ("f", None, {"fork_of": "c"})],
        "pcf",
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
async def test_who_needs_whom(desk: Desk, lease: Lease, name: str) -> None:
    made, stay = FAMILIES[name]
    for own, age, kin in made:
        ended = None if age is None else OLD - 1 + age
        await desk.do(make(own, ended=ended, **kin))
    would = rehearse(desk.database, OLD)
    taken = pruned(desk, lease)
    assert left(desk) == set(stay)
    assert taken.runs == would.runs == len(made) - len(stay)
    assert taken.kept == would.kept


async def test_many_batches_can_be_stopped_and_go_on(desk: Desk, lease: Lease) -> None:
    for number in range(130):
        await desk.do(make(f"a{number:03}", ended=OLD - 1))
    steps = prune(desk.database, OLD, lease)
    assert next(steps).runs == 50
    steps.close()
    assert len(left(desk)) == 80
    assert pruned(desk, lease).runs == 80
    assert left(desk) == set()


async def test_only_what_is_named_goes(desk: Desk, lease: Lease) -> None:
    await desk.do(make("a", ended=1))
    await desk.do(make("p", ended=1))
    await desk.do(make("c", ended=1, parent="p"))
    named = frozenset({run_id("a"), run_id("p")})
    assert pruned(desk, lease, named).runs == 1
    assert left(desk) == {"p", "c"}


async def test_a_trace_taken_in_lately_is_not_old(desk: Desk, lease: Lease) -> None:
    await desk.do(make("a", ended=1))
    await desk.do(lambda tx: tx.mark_imported(run_id("a"), "{}", OLD))
    assert pruned(desk, lease).runs == 0


async def test_long_values_go_when_nothing_refers_to_them_any_more(
    desk: Desk, lease: Lease
) -> None:
    await desk.do(make("a", ended=1, output="only a" * LONGEST))
    await desk.do(make("b", ended=1, output="shared" * LONGEST))
    await desk.do(make("c", ended=NOW, output="shared" * LONGEST))
    assert list(sweep(lease)) == []
    pruned(desk, lease)
    assert [count for count, _ in sweep(lease)] == [1]
    assert desk.count("blob") == 1
    [event] = RunReader(desk.database).events(run_id("c"))
    assert event.data["x"] == "shared" * LONGEST


async def test_a_long_value_that_was_just_used_again_is_not_taken(desk: Desk, lease: Lease) -> None:
    content = b'"' + b"x" * LONGEST + b'"'
    with desk.database.writer.connect() as connection:
        for now in (1, NOW):
            blobs.put(connection, {blobs.name_of(content): content}, now)
    assert list(sweep(lease)) == []
    assert desk.count("blob") == 1


async def test_two_do_not_tidy_at_once_and_a_dead_one_does_not_bar_the_way(
    desk: Desk, lease: Lease
) -> None:
    with pytest.raises(TidyingAlready), tidying(desk.database, ManualClock(NOW + 59_000)):
        pass
    with tidying(desk.database, ManualClock(NOW + 60_001)) as later:
        with pytest.raises(TidyingAlready):
            pruned_any(desk, lease)
        assert pruned(desk, later).runs == 0
    with tidying(desk.database, ManualClock(NOW + 60_002)):
        pass


def pruned_any(desk: Desk, lease: Lease) -> None:
    with lease.transaction():
        raise AssertionError("the lease was lost")


async def test_runs_go_on_meanwhile(desk: Desk, lease: Lease) -> None:
    def tidy() -> int:
        return pruned(desk, lease).runs

    for number in range(120):
        await desk.do(make(f"a{number:03}", ended=OLD - 1))
    tidying_up = asyncio.create_task(asyncio.to_thread(tidy))
    for number in range(40):
        await desk.do(make(f"b{number:03}", ended=None))
    assert await tidying_up == 120
    assert len(left(desk)) == 40
