"""A database of an older release keeps all that it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from agentry.store.database import HEAD, Database
from agentry.store.invariants import check
from agentry.store.migrate import upgrade
from agentry.store.runs import RunReader
from tests.unit.engine.lab import Lab

TEXT = "tasks: [{id: a, tool: echo}, {id: b, wait: {for: 1h}}]"
# What only this release writes; the rest of a row is as the first release wrote it.
NEW = {"run": ("root_run_id", "depth", "forked_from", "forked_at_seq", "paused"),
       "event": ("refs_json",)}  # fmt: skip
OLD_TABLES = ("flow_version", "run", "event", "activity", "wait", "timer", "worker")


async def database_of_the_first_release(folder: Path) -> Path:
    """Return a file with schema 0001 and a run that waits."""
    lab = Lab(folder)
    await lab.start(TEXT, key="once")
    [lease] = await lab.claim()
    await lab.complete(lease, 1)
    lab.close()
    old = Database(folder / "old.db")
    upgrade(old, "0001")
    old.close()
    with sqlite3.connect(folder / "old.db") as connection:
        connection.execute("ATTACH ? AS new", (str(folder / "lab.db"),))
        for table in OLD_TABLES:
            known = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            assert not set(known) & set(NEW.get(table, ()))
            columns = ", ".join(known)
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}"
            )
    connection.close()
    return folder / "old.db"


async def test_runs_of_an_older_release_are_kept_and_go_on(tmp_path: Path) -> None:
    database = Database(await database_of_the_first_release(tmp_path))
    database.prepare()
    reader = RunReader(database)
    [summary] = reader.summaries()
    assert summary.status == "waiting"
    assert len(reader.events(summary.run_id)) == summary.last_seq
    assert reader.run(summary.run_id).text == TEXT
    assert check(database) == []
    with database.reader() as connection:
        query = "SELECT depth, paused, root_run_id, forked_from FROM run"
        assert connection.exec_driver_sql(query).all() == [(0, 0, None, None)]
        version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    assert version == HEAD
    database.close()

    (tmp_path / "old.db").replace(tmp_path / "lab.db")
    lab = Lab(tmp_path)
    await lab.pass_time(3_600_000)
    assert lab.summary(summary.run_id).status == "completed"
    assert lab.broken() == []
    lab.close()
