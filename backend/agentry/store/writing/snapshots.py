"""What agents knew: each state is kept once, by what it is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from agentry.base.json import encode
from agentry.engine.port import NewSnapshot
from agentry.store import blobs
from agentry.store.writing.pen import Pen

_INSERT = text(
    "INSERT INTO snapshot (run_id, path, seq, label, schema_v, sha256, bytes, created_at)"
    " VALUES (:run_id, :path, :seq, :label, :schema_v, :sha256, :bytes, :created_at)"
)


def insert(pen: Pen, new: Sequence[NewSnapshot]) -> None:
    for snapshot in new:
        content = encode(snapshot.state).encode()
        name = blobs.name_of(content)
        blobs.put(pen.settled(), {name: content}, snapshot.created_at)
        pen.write(
            _INSERT,
            {
                "run_id": snapshot.run_id,
                "path": snapshot.path,
                "seq": snapshot.seq,
                "label": snapshot.label or None,
                "schema_v": snapshot.schema_v,
                "sha256": name,
                "bytes": len(content),
                "created_at": snapshot.created_at,
            },
        )
