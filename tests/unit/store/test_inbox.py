"""Messages between runs wait in the inbox until their run takes them in, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from agentry.engine.port import Batch, Message, NewMessage, Transaction
from agentry.store.committer import Committer
from agentry.store.database import Database

T = TypeVar("T")


def message(run_id: str, msg_id: str, created_at: int, said: str = "") -> NewMessage:
    return NewMessage(run_id, msg_id, "child", "run_child", {"said": said}, created_at)


@pytest.fixture
def committer(tmp_path: Path) -> Iterator[Committer]:
    database = Database(tmp_path / "a.db", full_sync=False)
    database.prepare()
    made = Committer(database, lambda: None)
    yield made
    made.close()
    database.close()


async def test_messages_come_oldest_first_and_only_once(committer: Committer) -> None:
    async def do(act: Callable[[Transaction], T]) -> T:
        return await committer.submit(act)

    sent = Batch("b", messages=[message("b", "m2", 20), message("a", "m1", 10, "first")])
    await do(lambda tx: tx.write(sent))
    await do(lambda tx: tx.write(Batch("b", messages=[message("a", "m1", 30, "again")])))
    assert await do(lambda tx: tx.inbox(1)) == [
        Message("a", "m1", "child", "run_child", {"said": "first"})
    ]
    await do(lambda tx: tx.write(Batch("a", consumed=["m1", "unknown"])))
    assert [found.msg_id for found in await do(lambda tx: tx.inbox(9))] == ["m2"]
