"""A statement for each of the databases that can be used; almost always it is the same text.

Where it is not, Postgres takes row locks: a SQLite writer has the whole file anyway. A transaction
of a committer may hold the locks of many runs, so it waits for a lock only while it holds none.
Everything that picks rows for itself skips what is locked, and locks the rows' runs as well.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Connection, TextClause, bindparam, text


class Sql:
    """One statement, prepared once; `several` names a parameter that is a list."""

    __slots__ = ("_texts",)

    def __init__(self, sqlite: str, postgres: str, *, several: str | None = None) -> None:
        lists: list[BindParameter[Any]] = []
        if several is not None:
            lists.append(bindparam(several, expanding=True))
        self._texts = {
            "sqlite": text(sqlite).bindparams(*lists),
            "postgresql": text(postgres).bindparams(*lists),
        }

    def on(self, connection: Connection) -> TextClause:
        return self._texts[connection.dialect.name]
