"""A store that cannot take more says so, keeps what it has answered, and recovers."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from agentry.base.errors import AgentryError
from agentry.engine.port import Transaction
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.trouble import DatabaseUnusable, DiskFull
from tests.integration.store.desk import Desk, run_row
from tests.postgres import Cluster
from tests.unit.engine.lab import Lab

pytestmark = pytest.mark.integration


@pytest.fixture
def file(tmp_path: Path) -> Path:
    database = Database(tmp_path / "a.db", full_sync=False)
    database.prepare()
    database.close()
    return tmp_path / "a.db"


class Limited(Desk):
    """A desk whose connection is told something first."""

    def __init__(self, file: Path, pragma: str) -> None:
        super().__init__(file)

        def tell(connection: Any, _entry: object) -> None:
            connection.execute(pragma)

        event.listen(self.database.writer, "connect", tell)


@pytest.fixture
def opened() -> Iterator[list[Desk]]:
    desks: list[Desk] = []
    yield desks
    for desk in desks:
        desk.close()


def insert(run_id: str, title: str = "F") -> Callable[[Transaction], str]:
    def act(tx: Transaction) -> str:
        tx.insert_run(run_row(run_id, body=title))
        return run_id

    return act


async def test_a_full_disk_takes_nothing_back_and_nothing_more(
    file: Path, opened: list[Desk]
) -> None:
    pages = sqlite3.connect(file).execute("PRAGMA page_count").fetchone()[0]
    small = Limited(file, f"PRAGMA max_page_count={pages + 40}")
    opened.append(small)
    kept: list[str] = []
    refused = 0
    for number in range(0, 100, 10):
        said = await asyncio.gather(
            *(small.do(insert(f"r{number + n}", "x" * 5000)) for n in range(10)),
            return_exceptions=True,
        )
        kept += [answer for answer in said if isinstance(answer, str)]
        for answer in said:
            if not isinstance(answer, str):
                assert isinstance(answer, DiskFull)
                assert (answer.code, answer.status) == ("disk_full", 507)
                refused += 1
    assert kept
    assert refused > 50
    assert small.count("run") == len(kept)
    roomy = Desk(file)
    opened.append(roomy)
    assert await roomy.do(insert("later")) == "later"


async def test_a_file_that_somebody_holds_is_refused_to_all_who_wait(
    file: Path, opened: list[Desk]
) -> None:
    desk = Limited(file, "PRAGMA busy_timeout=50")
    opened.append(desk)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    said = await asyncio.gather(
        *(desk.do(insert(f"r{n}")) for n in range(20)), return_exceptions=True
    )
    assert all(isinstance(answer, DatabaseUnusable) for answer in said)
    assert "database is locked" in str(said[0])
    holder.execute("ROLLBACK")
    holder.close()
    assert await desk.do(insert("later")) == "later"
    assert desk.count("run") == 1


async def test_a_torn_copy_of_the_log_holds_whole_changes_only(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    for _ in range(20):
        await lab.start("tasks: [{id: a, tool: echo}, {id: b, tool: echo}]")
        lease, *_ = await lab.claim()
        await lab.complete(lease, "x" * 3000)
    whole = (tmp_path / "lab.db-wal").read_bytes()
    counts: set[int] = set()
    for cut in range(0, len(whole), len(whole) // 13):
        copy = tmp_path / f"copy{cut}"
        copy.mkdir()
        shutil.copy(tmp_path / "lab.db", copy / "lab.db")
        (copy / "lab.db-wal").write_bytes(whole[:cut])
        database = Database(copy / "lab.db")
        if database.version() is not None:
            assert check(database) == []
            with database.reader() as connection:
                counts.add(connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one())
        database.close()
    lab.close()
    assert len(counts) > 5


async def test_a_server_that_takes_no_writes_is_left_for_one_that_does(
    cluster: Cluster, opened: list[Desk]
) -> None:
    address = cluster.take_prepared()
    name = address.partition("@/")[2].partition("?")[0]
    cluster.ask(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    desk = Desk(address)
    opened.append(desk)
    with pytest.raises(AgentryError, match="read-only transaction"):
        await desk.do(insert("during"))
    cluster.ask(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert await desk.do(insert("after")) == "after"
    assert desk.count("run") == 1
    cluster.give_back(address)


def test_a_driver_that_is_not_installed_and_an_address_that_is_none_are_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(DatabaseUnusable, match="not the address of a Postgres"):
        Database("postgresql://someone@host:port/runs")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseUnusable, match="driver psycopg is not installed") as missing:
        Database("postgresql://someone@host/runs")
    assert missing.value.hint == "Install it: pip install 'agentry[postgres]'."
