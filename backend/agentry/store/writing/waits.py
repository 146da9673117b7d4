"""Questions and messages that runs wait for; each is answered once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from agentry.base.json import encode
from agentry.engine.port import NewWait, WaitUpdate
from agentry.store.writing.pen import Pen

_NEW = text(
    "INSERT INTO wait (wait_id, run_id, path, kind, call_id, status, subject_sha, need, asked_json,"
    " created_at, expires_at) VALUES (:wait_id, :run_id, :path, :kind, :call_id, 'open', :subject,"
    " :need, :asked, :created_at, :expires_at)"
)
_END = text(
    "UPDATE wait SET status = :status, answer_json = :answer, resolved_at = :resolved_at"
    " WHERE wait_id = :wait_id AND status = 'open'"
)


def insert(pen: Pen, new: Sequence[NewWait]) -> None:
    for wait in new:
        pen.write(
            _NEW,
            {
                "wait_id": wait.wait_id,
                "run_id": wait.run_id,
                "path": wait.path,
                "kind": wait.kind,
                "call_id": wait.call_id,
                "subject": wait.subject,
                "need": wait.need,
                "asked": encode(wait.asked),
                "created_at": wait.created_at,
                "expires_at": wait.expires_at,
            },
        )


def end(pen: Pen, changes: Sequence[WaitUpdate]) -> None:
    for change in changes:
        pen.write(
            _END,
            {
                "wait_id": change.wait_id,
                "status": change.status,
                "answer": encode(change.answer),
                "resolved_at": change.resolved_at,
            },
        )
