"""Read what agents knew. Synchronous and quick; callers in an event loop use a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import text

from agentry.base.errors import NotFound
from agentry.base.json import JsonObject, decode
from agentry.store import blobs
from agentry.store.database import Database

_LIST = text(
    "SELECT path, seq, label, bytes, created_at FROM snapshot WHERE run_id = :run_id ORDER BY seq"
)
_ONE = text("SELECT sha256 FROM snapshot WHERE run_id = :run_id AND seq = :seq")


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """One snapshot of a run. `bytes` is its size as stored; `created_at` in ms UTC."""

    run_id: str
    path: str
    seq: int
    label: str
    bytes: int
    created_at: int

    @property
    def name(self) -> str:
        """Return what load_state takes."""
        return f"{self.run_id}@{self.seq}"


class SnapshotReader:
    """What was saved of runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_run(self, run_id: str) -> list[SnapshotRecord]:
        """Return a run's snapshots, oldest first."""
        with self._database.reader() as connection:
            return [
                SnapshotRecord(run_id, path, seq, label or "", size, created_at)
                for path, seq, label, size, created_at in connection.execute(
                    _LIST, {"run_id": run_id}
                )
            ]

    def state(self, run_id: str, seq: int) -> JsonObject:
        """Return a saved state; raise `NotFound`, `BlobLost`."""
        with self._database.reader() as connection:
            name = connection.execute(_ONE, {"run_id": run_id, "seq": seq}).scalar()
            if name is None:
                hint = f"List them with `agentry snapshots ls {run_id}`."
                raise NotFound("snapshot", f"{run_id}@{seq}", hint=hint)
            return cast(JsonObject, decode(blobs.get(connection, [name])[name]))
