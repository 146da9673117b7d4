"""What must be true of every database: predicates that yield sentences about what is broken.

The numbers are those of the engine's design. They hold at every moment, also of a database in use;
none of them needs the whole of it in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from agentry.store import (
    invariants_blobs,
    invariants_fold,
    invariants_journal,
    invariants_kin,
    invariants_rows,
    invariants_snapshots,
)
from agentry.store.database import Database
from agentry.store.invariants_calls import calls_once

RULES: tuple[tuple[str, Callable[[Connection], Iterator[str]]], ...] = (
    ("I1", invariants_journal.accepted_once),
    ("I2", invariants_journal.gapless),
    ("I3", invariants_journal.nothing_after_the_end),
    ("I4", invariants_journal.one_outcome),
    ("I5", invariants_rows.no_limbo),
    ("I6", invariants_journal.newest_fence),
    ("I7", invariants_rows.one_lease),
    ("I8", invariants_rows.no_work_for_ended_runs),
    ("I10", invariants_rows.timers_of_open_runs),
    ("I14", invariants_snapshots.equal_the_fold),
    ("I17", invariants_rows.one_run_a_key),
    ("I19", calls_once),
    ("I22", invariants_kin.one_tree),
    ("I25", invariants_rows.nothing_lost),
    ("I25", invariants_blobs.nothing_lost),
)


def check(database: Database) -> list[str]:
    """Return every broken invariant as a sentence; an empty list is a sound database."""
    return [f"{name}: {said}" for name, said in broken(database)]


def broken(database: Database) -> Iterator[tuple[str, str]]:
    """Yield the name of each broken invariant with a sentence; raise `DatabaseUnusable`."""
    with database.snapshot() as connection:
        for name, rule in RULES:
            for said in rule(connection):
                yield name, said
        yield from invariants_fold.walk(connection)
