"""Group commit: one thread, one transaction for whatever has queued up, answers after COMMIT."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from agentry.base.errors import AgentryError
from agentry.base.failpoint import failpoint
from agentry.engine.port import Transaction
from agentry.store.database import Database
from agentry.store.transaction import SqlTransaction
from agentry.store.trouble import DatabaseUnusable

T = TypeVar("T")
_MOST = 256
_TRIES = 6
_PAUSE_S = 0.01


class _Item:
    """One closure and where its answer goes: a future of `loop`, which alone may change it."""

    __slots__ = ("act", "answer", "loop", "problem", "result", "tries")

    def __init__(self, act: Callable[[Transaction], Any]) -> None:
        self.act = act
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.problem: Exception | None = None
        self.tries = 0

    def tell(self) -> None:
        if self.answer.done():
            return
        if self.problem is None:
            self.answer.set_result(self.result)
        else:
            self.answer.set_exception(self.problem)


def _tell(items: Sequence[_Item]) -> None:
    """Hand out answers: their loops are woken once, however many there are."""
    loops: dict[asyncio.AbstractEventLoop, list[_Item]] = {item.loop: [] for item in items}
    for item in items:
        loops[item.loop].append(item)
    for loop, its in loops.items():
        # A loop that was closed meanwhile has nobody left to be told.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(_tell_each, its)


def _tell_each(items: Sequence[_Item]) -> None:
    for item in items:
        item.tell()


_Phase = Literal["connecting", "beginning", "acting", "committing"]


@dataclass(frozen=True, slots=True)
class _Stop:
    """Why a transaction did not come about: in which phase, and at which item, where that is known.

    `lost`: the connection is gone.
    """

    problem: Exception
    phase: _Phase
    at: int | None
    lost: bool


class StoreClosed(AgentryError):
    """The process is stopping."""

    code, status = "stopping", 503

    def __init__(self) -> None:
        super().__init__("The studio is stopping and takes nothing new.", hint="Try again soon.")


class Committer:
    """The only writer of this process; other processes may write to the same Postgres.

    A batch runs its closures one after another in one transaction. When one of them raises, the
    transaction is undone; what came before it, it alone, and what comes after it run again, each
    in a transaction of their own. A closure that lost a race with another process runs again some
    times. So closures must have no effect but on the transaction; `undone` is told so that kept
    states are dropped.
    """

    def __init__(self, database: Database, undone: Callable[[], None]) -> None:
        self._database = database
        self._undone = undone
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._closed = False
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="agentry-committer", daemon=True)
        self._thread.start()

    async def submit(self, act: Callable[[Transaction], T]) -> T:
        """Run `act` in a transaction; return what it returned once that is durable."""
        if self._closed:
            raise StoreClosed
        item = _Item(act)
        self._queue.put(item)
        return await item.answer

    def close(self) -> None:
        """Commit what is queued and stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            item = self._queue.get()
            if item is None:
                break
            items, last = self._gather(item)
            # Whoever stopped waiting before its turn came is left out.
            items = [found for found in items if not found.answer.cancelled()]
            if items:
                self._work_off(items)
        self._disconnect()

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

    def _work_off(self, items: list[_Item]) -> None:
        parts = deque([items])
        while parts:
            part = parts.popleft()
            stop = self._commit(part)
            if stop is not None:
                parts.extendleft(reversed(self._parts_again(part, stop)))
                continue
            _tell(part)

    def _commit(self, items: list[_Item]) -> _Stop | None:
        """Run the closures in one transaction; return what stopped it, where nothing was kept."""
        product = self._database.product
        phase: _Phase = "connecting"
        at: int | None = None
        connection = None
        try:
            connection = self._connected()
            phase = "beginning"
            self._database.set_clock(connection)
            connection.exec_driver_sql(product.begin)
            failpoint("commit.begun")
            phase = "acting"
            tx = SqlTransaction(connection)
            for at, item in enumerate(items):  # noqa: B007  # it tells where the loop stopped
                item.result = item.act(tx)
            at = None
            tx.settle()
            if product.undone(connection):
                raise DatabaseUnusable("A change hid that the database had refused a part of it.")
            failpoint("commit.before")
            phase = "committing"
            connection.exec_driver_sql("COMMIT")
            failpoint("commit.after")
        except Exception as problem:
            self._undone()
            lost = not self._roll_back(connection)
            if isinstance(problem, DBAPIError) and product.elsewhere(problem):
                self._disconnect()
                lost = True
            return _Stop(problem, phase, at, lost)
        return None

    def _parts_again(self, items: list[_Item], stop: _Stop) -> list[list[_Item]]:
        """Answer whom the trouble is about, and return what is to run again."""
        problem, first = stop.problem, items[0]
        if stop.lost:
            if stop.phase == "committing":
                # Running it again could do everything twice.
                return self._refuse(items, self._unsure())
            # The server may be back already, unless it was the new connection that was refused.
            first.tries += 1
            again = stop.phase != "connecting" and first.tries < _TRIES
            return [items] if again else self._refuse(items, problem)
        if stop.phase == "beginning":
            return self._refuse(items, problem)
        if len(items) > 1:
            at = len(items) // 2 if stop.at is None else stop.at
            return [part for part in (items[:at], items[at : at + 1], items[at + 1 :]) if part]
        first.tries += 1
        races = isinstance(problem, DBAPIError) and self._database.product.passes(problem)
        if not races or first.tries >= _TRIES:
            return self._refuse(items, problem)
        time.sleep(_PAUSE_S * first.tries)
        return [items]

    def _unsure(self) -> DatabaseUnusable:
        return DatabaseUnusable(
            f"The connection to {self._database.where} broke while a change was being saved: it is"
            " kept whole, or not at all.",
            hint="Look whether it is there before you try again.",
        )

    def _refuse(self, items: list[_Item], problem: Exception) -> list[list[_Item]]:
        if isinstance(problem, SQLAlchemyError):
            problem = self._database.product.unusable(problem)
        for item in items:
            item.problem = problem
        _tell(items)
        return []

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.writer.connect()
        return self._connection

    def _roll_back(self, connection: Connection | None) -> bool:
        """Undo the open transaction; return False where the connection is gone."""
        if connection is not None and not connection.invalidated:
            try:
                connection.exec_driver_sql("ROLLBACK")
                return True
            except DBAPIError:
                # SQLite has ended the transaction itself (a full disk does that).
                with suppress(SQLAlchemyError):
                    connection.rollback()
                if not connection.invalidated:
                    return True
        self._disconnect()
        return False

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.close()
