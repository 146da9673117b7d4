"""The marks of runs that came in as traces."""

from __future__ import annotations

from sqlalchemy import text

from agentry.store.writing.pen import Pen

_MARK = text(
    "INSERT INTO imported (run_id, header, imported_at) VALUES (:run_id, :header, :imported_at)"
)


def mark(pen: Pen, run_id: str, header: str, now: int) -> None:
    pen.write(_MARK, {"run_id": run_id, "header": header, "imported_at": now})
