"""What must be true of snapshots: each is what the events up to it add up to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import Connection, text

from agentry.agents.snapshot import snapshot_of
from agentry.base.json import encode
from agentry.journal.fold import fold
from agentry.journal.state import RunState
from agentry.store import blobs
from agentry.store.blobs import BlobLost
from agentry.store.streaming import each, each_event

_OF_RUN = text("SELECT path, seq, sha256 FROM snapshot WHERE run_id = :run_id")


def equal_the_fold(connection: Connection) -> Iterator[str]:
    """I14: a snapshot and the fold of the run's events up to it are the same."""
    for (run_id,) in each(connection, "SELECT DISTINCT run_id FROM snapshot"):
        with suppress(BlobLost):
            yield from _of(connection, run_id)


def _of(connection: Connection, run_id: str) -> Iterator[str]:
    rows = connection.execute(_OF_RUN, {"run_id": run_id}).all()
    wanted = {(path, seq): name for path, seq, name in rows}
    state = RunState(run_id)
    for event in each_event(connection, run_id):
        fold(state, event)
        name = wanted.pop((event.path, event.seq), None)
        if name is None:
            continue
        known = encode(snapshot_of(state.tasks[event.path])).encode()
        if blobs.name_of(known) != name:
            yield f"the snapshot of {event.path} at {event.seq} of {run_id} is not what it was."
    for path, seq in wanted:
        yield f"the snapshot of {path} at {seq} of {run_id} has no event."
