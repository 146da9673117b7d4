"""The store's side of triggers: closures over their rows, in the committing thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from agentry.engine.port import Transaction
from agentry.store.committer import Committer
from agentry.store.transaction import SqlTransaction
from agentry.triggers.port import TriggerRows

T = TypeVar("T")


class TriggerStore:
    """Runs closures over the rows of triggers, one transaction each."""

    def __init__(self, committer: Committer) -> None:
        self._committer = committer

    async def __call__(self, act: Callable[[TriggerRows], T]) -> T:
        """Run `act`; return what it returned once that is durable."""

        def within(tx: Transaction) -> T:
            if not isinstance(tx, SqlTransaction):
                raise TypeError(type(tx).__name__)
            return act(tx.triggers)

        return await self._committer.submit(within)
