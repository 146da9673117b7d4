"""Messages between runs: kept until their run takes them in, once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, text

from agentry.base.json import JsonObject, decode, encode
from agentry.engine.port import Message, NewMessage
from agentry.store.writing.sql import Sql

_PUT = text(
    "INSERT INTO inbox (run_id, msg_id, kind, sender, payload_json, created_at)"
    " VALUES (:run_id, :msg_id, :kind, :sender, :payload, :created_at) ON CONFLICT DO NOTHING"
)
_TAKE_OUT = text("DELETE FROM inbox WHERE run_id = :run_id AND msg_id = :msg_id")
_MESSAGE = "SELECT i.run_id, msg_id, kind, sender, payload_json FROM inbox i"
_FIRST = "ORDER BY i.created_at, i.run_id, msg_id LIMIT :most"
_OLDEST = Sql(
    f"{_MESSAGE} {_FIRST}",
    f"{_MESSAGE} JOIN run ON run.run_id = i.run_id {_FIRST} FOR UPDATE SKIP LOCKED",
)


def put(connection: Connection, messages: Sequence[NewMessage]) -> None:
    """Keep messages; one with an id that its run has unread already is dropped."""
    for message in messages:
        connection.execute(
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


def take_out(connection: Connection, run_id: str, msg_ids: Sequence[str]) -> None:
    if msg_ids:
        values = [{"run_id": run_id, "msg_id": msg_id} for msg_id in msg_ids]
        connection.execute(_TAKE_OUT, values)


def oldest(connection: Connection, limit: int) -> Sequence[Message]:
    rows = connection.execute(_OLDEST.on(connection), {"most": limit})
    return [Message(*row[:4], payload=cast(JsonObject, decode(row[4]))) for row in rows]
