"""Write rows with as little between us and the driver as there can be, and read in between.

To SQLite a statement is a call. To Postgres it is a journey, so what is written is gathered and
goes out in one, before the next question or the COMMIT: a refusal may come later than its cause.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, TextClause
from sqlalchemy.exc import DBAPIError

from agentry.store.writing.sql import Sql

Values: TypeAlias = "Mapping[str, object]"
_MOST_GATHERED = 2000
_ROWS_A_STEP = 16


class Pen(ABC):
    """Writes in order. Whoever asks sees all that was written before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @abstractmethod
    def write(self, statement: TextClause, values: Values) -> None:
        """Run a statement once; nothing is heard of it unless it is refused."""

    @abstractmethod
    def write_each(self, statement: TextClause, values: Sequence[Values]) -> None:
        """Run a statement for each of `values`."""

    @abstractmethod
    def write_rows(self, insert: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows by place; `insert` is the statement in the words of each database."""

    @abstractmethod
    def settle(self) -> None:
        """Let everything written so far be done; raise `DBAPIError` where it is refused."""

    def settled(self) -> Connection:
        """Return the connection, with everything written."""
        self.settle()
        return self._connection

    def ask(self, statement: TextClause | Sql, values: Values) -> CursorResult[*tuple[Any, ...]]:
        """Return the rows of a statement."""
        self.settle()
        query = statement.on(self._connection) if isinstance(statement, Sql) else statement
        return self._connection.execute(query, values)

    def _do(self, act: Callable[[], object]) -> None:
        """Do something with the driver, its errors as SQLAlchemy would raise them."""
        dialect = self._connection.dialect
        try:
            act()
        except dialect.loaded_dbapi.Error as problem:
            driver: Any = self._connection.connection.driver_connection
            lost = dialect.is_disconnect(problem, driver, None)
            if lost:
                self._connection.invalidate(problem)
            raise DBAPIError.instance(
                None,
                None,
                problem,
                dialect.loaded_dbapi.Error,
                connection_invalidated=lost,
                dialect=dialect,
            ) from problem


class SqlitePen(Pen):
    """Writes at once."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._cursor: Any = connection.connection.cursor()

    def write(self, statement: TextClause, values: Values) -> None:
        self._do(lambda: self._cursor.execute(statement.text, values))

    def write_each(self, statement: TextClause, values: Sequence[Values]) -> None:
        self._do(lambda: self._cursor.executemany(statement.text, values))

    def write_rows(self, insert: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        # Each step of a statement lets go of the GIL, and then waits for it: many rows to a step.
        for start in range(0, len(rows), _ROWS_A_STEP):
            part = rows[start : start + _ROWS_A_STEP]
            statement = _of_many(insert["sqlite"], len(part))
            values = [value for row in part for value in row]
            self._do(partial(self._cursor.execute, statement, values))

    def settle(self) -> None:
        """Nothing is ever held back."""


@lru_cache(maxsize=64)
def _of_many(insert: str, rows: int) -> str:
    """Return the statement that inserts that many rows at once."""
    head, _, places = insert.rpartition(" VALUES ")
    return f"{head} VALUES {', '.join([places] * rows)}"


class PostgresPen(Pen):
    """Gathers what is written, and sends it without waiting for each answer."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._cursor: Any = connection.connection.cursor()
        self._gathered: list[tuple[str, Any, bool]] = []

    def write(self, statement: TextClause, values: Values) -> None:
        self._gather(self._said(statement), values, several=False)

    def write_each(self, statement: TextClause, values: Sequence[Values]) -> None:
        self._gather(self._said(statement), values, several=True)

    def write_rows(self, insert: Mapping[str, str], rows: Sequence[Sequence[object]]) -> None:
        self._gather(insert["postgresql"], rows, several=True)

    def _gather(self, query: str, values: object, *, several: bool) -> None:
        self._gathered.append((query, values, several))
        if len(self._gathered) >= _MOST_GATHERED:
            self.settle()

    def _said(self, statement: TextClause) -> str:
        said = _compiled.get(statement)
        if said is None:
            said = _compiled[statement] = str(statement.compile(dialect=self._connection.dialect))
        return said

    def settle(self) -> None:
        if self._gathered:
            self._do(self._send)

    def _send(self) -> None:
        gathered, self._gathered = self._gathered, []
        driver: Any = self._connection.connection.driver_connection
        with driver.pipeline():
            for query, values, several in gathered:
                if several:
                    self._cursor.executemany(query, values)
                else:
                    self._cursor.execute(query, values)


# Statements are made once, when their module is loaded.
_compiled: dict[TextClause, str] = {}


def pen_of(connection: Connection) -> Pen:
    """Return a pen for the open transaction of `connection`."""
    return SqlitePen(connection) if connection.dialect.name == "sqlite" else PostgresPen(connection)
