"""The marks of runs that came in as traces."""

from __future__ import annotations

from sqlalchemy import Connection, text

_MARK = text(
    "INSERT INTO imported (run_id, header, imported_at) VALUES (:run_id, :header, :imported_at)"
)


def mark(connection: Connection, run_id: str, header: str, now: int) -> None:
    connection.execute(_MARK, {"run_id": run_id, "header": header, "imported_at": now})
