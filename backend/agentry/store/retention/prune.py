"""Take old runs away, some at a time, each batch a transaction: stopped anywhere, it goes on later.

A run is taken only when it ended long ago, and so did all that need it: its parent and its children
(one looks into the other), and the runs that were forked from it. A family goes at once.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from agentry.base.ids import new_id
from agentry.store.database import Database
from agentry.store.retention.lease import Lease
from agentry.store.schema import METADATA
from agentry.store.writing.sql import Sql

_AT_ONCE = 50
_OLD = (
    "SELECT run_id FROM run WHERE terminal_at < :before AND NOT EXISTS"
    " (SELECT 1 FROM imported i WHERE i.run_id = run.run_id AND i.imported_at >= :before)"
)
# Ids begin with the time at which their run was made, so the search ends where no run is old.
_PAGE = text(f"{_OLD} AND run_id > :after AND run_id < :bound ORDER BY run_id LIMIT :most")
_AMONG = f"{_OLD} AND run_id IN :ids ORDER BY run_id"
_STILL = text(_AMONG).bindparams(bindparam("ids", expanding=True))
_LOCK = Sql(_AMONG, f"{_AMONG} FOR UPDATE SKIP LOCKED", several="ids")
_NEEDING = text(
    "SELECT run_id FROM run WHERE parent_run_id IN :ids"
    " UNION SELECT run_id FROM run WHERE forked_from IN :ids"
    " UNION SELECT parent_run_id FROM run WHERE run_id IN :ids AND parent_run_id IS NOT NULL"
).bindparams(bindparam("ids", expanding=True))
# Every table that speaks of runs, whatever a later release adds; the run itself goes last.
_BESIDE = sorted(
    table.name for table in METADATA.tables.values() if "run_id" in table.c and table.name != "run"
)


@dataclass(slots=True)
class Taken:
    """What is gone so far, or would be. `kept`: old enough, and needed by younger ones."""

    runs: int = 0
    events: int = 0
    kept: int = 0
    ids: tuple[str, ...] = ()
    """The runs of the last batch."""


def prune(
    database: Database, before: int, lease: Lease, *, only: frozenset[str] | None = None
) -> Generator[Taken]:
    """Take away runs that ended before `before` (ms UTC); yield after each batch.

    `only`: no others than these, however old.
    """
    taken = Taken()
    for page in _pages(database, before):
        with lease.transaction() as connection:
            families = list(_families(connection, page, before, only))
            ids = sorted({run_id for family in families for run_id in family})
            taken.kept += len(set(page) - set(ids))
            taken.events += _remove(connection, ids)
        taken.runs += len(ids)
        taken.ids = tuple(ids)
        yield taken


def rehearse(database: Database, before: int) -> Taken:
    """Return what `prune` would take, and take nothing."""
    taken, seen = Taken(), set[str]()
    for page in _pages(database, before):
        with database.reader() as connection:
            for family in _families(connection, page, before, None, lock=False):
                seen.update(family)
            ids = sorted(seen.intersection(page))
            taken.events += _events(connection, ids)
        taken.runs += len(ids)
        taken.kept += len(page) - len(ids)
    return taken


def _pages(database: Database, before: int) -> Iterator[list[str]]:
    after, bound = "", new_id("run", before + 1)
    while True:
        values = {"before": before, "after": after, "bound": bound, "most": _AT_ONCE}
        with database.reader() as connection:
            page = [str(row[0]) for row in connection.execute(_PAGE, values)]
        if not page:
            return
        yield page
        after = page[-1]


def _families(
    connection: Connection,
    page: Sequence[str],
    before: int,
    only: frozenset[str] | None,
    *,
    lock: bool = True,
) -> Iterator[set[str]]:
    """Yield sets of runs that can go, each as a whole, and lock them."""
    seen: set[str] = set()
    related = _related(connection, page)
    alone = _free(connection, [r for r in page if r not in related], before, only, lock=lock)
    yield from ({run_id} for run_id in alone)
    for run_id in related:
        if run_id in seen:
            continue
        family = _needing(connection, run_id)
        seen |= family
        if len(_free(connection, sorted(family), before, only, lock=lock)) == len(family):
            yield family


def _related(connection: Connection, page: Sequence[str]) -> list[str]:
    query = text(
        "SELECT run_id FROM run WHERE run_id IN :ids AND (parent_run_id IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM run c WHERE c.parent_run_id = run.run_id)"
        " OR EXISTS (SELECT 1 FROM run f WHERE f.forked_from = run.run_id)) ORDER BY run_id"
    ).bindparams(bindparam("ids", expanding=True))
    return [str(row[0]) for row in connection.execute(query, {"ids": list(page)})]


def _needing(connection: Connection, run_id: str) -> set[str]:
    """Return `run_id` and every run that cannot stay, or cannot be told, without it."""
    family, fresh = {run_id}, [run_id]
    while fresh:
        rows = connection.execute(_NEEDING, {"ids": fresh}).scalars().all()
        fresh = sorted(set(rows) - family)
        family.update(fresh)
    return family


def _free(
    connection: Connection,
    ids: list[str],
    before: int,
    only: frozenset[str] | None,
    *,
    lock: bool,
) -> list[str]:
    """Return those of `ids` that are old, and that nobody else has locked."""
    if only is not None:
        ids = [run_id for run_id in ids if run_id in only]
    if not ids:
        return []
    query = _LOCK.on(connection) if lock else _STILL
    return [str(row[0]) for row in connection.execute(query, {"before": before, "ids": ids})]


def _events(connection: Connection, ids: list[str]) -> int:
    if not ids:
        return 0
    query = text("SELECT sum(last_seq) FROM run WHERE run_id IN :ids")
    found = connection.execute(query.bindparams(bindparam("ids", expanding=True)), {"ids": ids})
    return int(found.scalar() or 0)


def _remove(connection: Connection, ids: list[str]) -> int:
    """Remove the runs with all that is theirs; return how many events went."""
    if not ids:
        return 0
    events = 0
    for table in (*_BESIDE, "run"):
        query = text(f"DELETE FROM {table} WHERE run_id IN :ids")  # noqa: S608
        gone = connection.execute(
            query.bindparams(bindparam("ids", expanding=True)), {"ids": ids}
        ).rowcount
        events += gone if table == "event" else 0
    return events
