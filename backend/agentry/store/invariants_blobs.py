"""What must be true of long values: what is referred to is there, and is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from sqlalchemy import Connection, text

from agentry.base.json import decode
from agentry.store import blobs
from agentry.store.streaming import each

_THERE = text("SELECT 1 FROM blob WHERE sha256 = :name")


def nothing_lost(connection: Connection) -> Iterator[str]:
    """I25: every long value can be read back."""
    query = "SELECT run_id, seq, refs_json FROM event WHERE refs_json IS NOT NULL"
    for run_id, seq, refs in each(connection, query):
        for field, name in cast(dict[str, str], decode(refs)).items():
            if connection.execute(_THERE, {"name": name}).first() is None:
                yield f"field {field} of event {seq} of {run_id} is lost (blob {name[:12]}…)."
    query = "SELECT run_id, path, seq, sha256 FROM snapshot"
    for run_id, path, seq, name in each(connection, query):
        if connection.execute(_THERE, {"name": name}).first() is None:
            yield f"the snapshot of {path} at {seq} of {run_id} is lost (blob {name[:12]}…)."
    for (name,) in each(connection, "SELECT sha256 FROM blob"):
        try:
            blobs.get(connection, [name])
        except blobs.BlobLost:
            yield f"blob {name[:12]}… is damaged."
