"""Group commit: one thread, one transaction for whatever has queued up, answers after COMMIT."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from agentry.base.errors import AgentryError
from agentry.base.failpoint import failpoint
from agentry.engine.port import Transaction
from agentry.store.database import Database, unusable
from agentry.store.transaction import SqlTransaction

T = TypeVar("T")
_MOST = 256


class _Item:
    """One closure and where its answer goes."""

    __slots__ = ("act", "answer", "result")

    def __init__(self, act: Callable[[Transaction], Any]) -> None:
        self.act = act
        self.answer: Future[Any] = Future()
        self.result: Any = None


class StoreClosed(AgentryError):
    """The process is stopping."""

    code, status = "stopping", 503

    def __init__(self) -> None:
        super().__init__("The studio is stopping and takes nothing new.", hint="Try again soon.")


class Committer:
    """The only writer of this process.

    A batch runs its closures one after another in one transaction. When one of them raises, the
    transaction is undone and each closure runs again in a transaction of its own, so closures must
    have no effect but on the transaction; `undone` is told so that kept states are dropped.
    """

    def __init__(self, database: Database, undone: Callable[[], None]) -> None:
        self._database = database
        self._undone = undone
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="agentry-committer", daemon=True)
        self._thread.start()

    async def submit(self, act: Callable[[Transaction], T]) -> T:
        """Run `act` in a transaction; return what it returned once that is durable."""
        if self._closed:
            raise StoreClosed
        item = _Item(act)
        self._queue.put(item)
        return await asyncio.wrap_future(item.answer)

    def close(self) -> None:
        """Commit what is queued and stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        with self._database.writer.connect() as connection:
            while True:
                item = self._queue.get()
                if item is None:
                    return
                items, last = self._gather(item)
                # Whoever stopped waiting before its turn came is left out; from here on nobody can.
                items = [found for found in items if found.answer.set_running_or_notify_cancel()]
                if items:
                    self._commit(connection, items)
                if last:
                    return

    def _gather(self, first: _Item) -> tuple[list[_Item], bool]:
        items = [first]
        while len(items) < _MOST:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return items, True
            items.append(item)
        return items, False

    def _commit(self, connection: Connection, items: list[_Item]) -> None:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            failpoint("commit.begun")
            tx = SqlTransaction(connection)
            for item in items:
                item.result = item.act(tx)
            failpoint("commit.before")
            connection.exec_driver_sql("COMMIT")
            failpoint("commit.after")
        except Exception as problem:
            self._roll_back(connection)
            if len(items) == 1:
                items[0].answer.set_exception(self._readable(problem))
                return
            for item in items:
                self._commit(connection, [item])
            return
        for item in items:
            item.answer.set_result(item.result)

    def _roll_back(self, connection: Connection) -> None:
        self._undone()
        try:
            connection.exec_driver_sql("ROLLBACK")
        except DBAPIError:
            # SQLite has ended the transaction itself (a full disk does that).
            connection.rollback()

    def _readable(self, problem: Exception) -> Exception:
        return (
            unusable(self._database.where, problem) if isinstance(problem, DBAPIError) else problem
        )
