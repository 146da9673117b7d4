"""Indexes over some of a table's rows, said once for every database."""

from __future__ import annotations

from sqlalchemy import Index, text


def partial(name: str, where: str, *columns: str, unique: bool = False) -> Index:
    """Return an index over the rows for which `where` holds."""
    rows = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=rows, postgresql_where=rows)
