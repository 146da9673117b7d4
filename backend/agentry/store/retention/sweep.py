"""Take away long values that no event and no snapshot refers to: mark, then sweep."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import cast

from sqlalchemy import Connection, text

from agentry.base.json import decode
from agentry.store.retention.lease import Lease
from agentry.store.streaming import each

_AT_ONCE = 200
# A value that a transaction under way refers to has just become young (see `blobs.put`).
_YOUNG_MS = 3_600_000
_MARK = text("INSERT INTO marked (name) VALUES (:name) ON CONFLICT DO NOTHING")
_UNMARKED = text(
    "SELECT sha256 FROM blob WHERE created_at < :before AND sha256 > :after AND NOT EXISTS"
    " (SELECT 1 FROM marked WHERE marked.name = blob.sha256) ORDER BY sha256 LIMIT :most"
)
# Asked again here: it may have become young since.
_SWEEP = text("DELETE FROM blob WHERE sha256 = :name AND created_at < :before RETURNING raw_len")


def sweep(lease: Lease) -> Iterator[tuple[int, int]]:
    """Take away what nothing refers to; yield (how many, bytes before packing) as it goes on."""
    before = lease.clock.now_ms() - _YOUNG_MS
    with lease.transaction() as connection:
        connection.execute(text("CREATE TEMP TABLE marked (name TEXT PRIMARY KEY)"))
    # A transaction for reading: marking takes long where there are many, and nobody need wait.
    with lease.reading() as connection:
        names = _referred(connection)
        while some := list(islice(names, _AT_ONCE)):
            connection.execute(_MARK, [{"name": name} for name in some])
    count = size = 0
    after = ""
    while True:
        with lease.transaction() as connection:
            values = {"before": before, "after": after, "most": _AT_ONCE}
            names = list(connection.execute(_UNMARKED, values).scalars())
            for name in names:
                gone = connection.execute(_SWEEP, {"name": name, "before": before}).scalar()
                if gone is not None:
                    count, size = count + 1, size + int(gone)
        if not names:
            break
        after = names[-1]
        yield count, size
    with lease.transaction() as connection:
        connection.execute(text("DROP TABLE marked"))


def _referred(connection: Connection) -> Iterator[str]:
    for (refs,) in each(connection, "SELECT refs_json FROM event WHERE refs_json IS NOT NULL"):
        yield from cast(dict[str, str], decode(refs)).values()
    for (name,) in each(connection, "SELECT sha256 FROM snapshot"):
        yield name
