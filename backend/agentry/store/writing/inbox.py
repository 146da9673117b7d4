"""Messages between runs: kept until their run takes them in, once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import bindparam, text

from agentry.base.json import JsonObject, decode, encode
from agentry.engine.port import Message, NewMessage
from agentry.store.writing.pen import Pen
from agentry.store.writing.sql import Sql

_PUT = text(
    "INSERT INTO inbox (run_id, msg_id, kind, sender, payload_json, created_at)"
    " VALUES (:run_id, :msg_id, :kind, :sender, :payload, :created_at) ON CONFLICT DO NOTHING"
)
_TAKE_OUT = text("DELETE FROM inbox WHERE run_id = :run_id AND msg_id = :msg_id")
_OLDEST_RUNS = (
    "SELECT run_id FROM run WHERE run_id IN"
    " (SELECT run_id FROM inbox ORDER BY created_at, run_id, msg_id LIMIT :most)"
)
_RUNS = Sql(_OLDEST_RUNS, f"{_OLDEST_RUNS} FOR UPDATE SKIP LOCKED")
_OLDEST = text(
    "SELECT run_id, msg_id, kind, sender, payload_json FROM inbox WHERE run_id IN :run_ids"
    " ORDER BY created_at, run_id, msg_id LIMIT :most"
).bindparams(bindparam("run_ids", expanding=True))


def put(pen: Pen, messages: Sequence[NewMessage]) -> None:
    """Keep messages; one with an id that its run has unread already is dropped."""
    for message in messages:
        pen.write(
            _PUT,
            {
                "run_id": message.run_id,
                "msg_id": message.msg_id,
                "kind": message.kind,
                "sender": message.sender,
                "payload": encode(message.payload),
                "created_at": message.created_at,
            },
        )


def take_out(pen: Pen, run_id: str, msg_ids: Sequence[str]) -> None:
    if msg_ids:
        values = [{"run_id": run_id, "msg_id": msg_id} for msg_id in msg_ids]
        pen.write_each(_TAKE_OUT, values)


def oldest(pen: Pen, limit: int) -> Sequence[Message]:
    """Return messages of runs that nobody else has locked, and lock those runs.

    Locked first and read then: read at once, a message could be skipped while another process still
    has its run, and the next one of that run be taken a moment later.
    """
    runs = pen.ask(_RUNS, {"most": limit}).scalars().all()
    if not runs:
        return []
    rows = pen.ask(_OLDEST, {"run_ids": runs, "most": limit})
    return [Message(*row[:4], payload=cast(JsonObject, decode(row[4]))) for row in rows]
