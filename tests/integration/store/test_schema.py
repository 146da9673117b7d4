"""The schema is the declared one on every database, and an older one is brought up to it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from agentry.store.database import HEAD, Database
from agentry.store.invariants import check
from agentry.store.migrate import upgrade
from agentry.store.runs import RunReader
from agentry.store.schema import METADATA
from agentry.store.trouble import DatabaseTooNew
from tests.unit.engine.lab import Lab

pytestmark = pytest.mark.integration

TEXT = "tasks: [{id: a, tool: echo}, {id: b, wait: {for: 1h}}]"


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place with nothing in it."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    return tmp_path / "empty" / "lab.db"


def test_migrations_make_exactly_the_declared_tables(empty: Path | str) -> None:
    database = Database(empty)
    database.prepare()
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == HEAD
        partial = {
            index["name"]
            for table in METADATA.tables
            for index in inspect(connection).get_indexes(table)
            if any(key.endswith("_where") for key in index.get("dialect_options", {}))
        }
    declared = {
        str(index.name)
        for table in METADATA.tables.values()
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is not None
    }
    assert partial == declared
    database.close()


def test_processes_that_start_at_once_make_one_schema(empty: Path | str) -> None:
    def start() -> None:
        database = Database(empty)
        try:
            database.prepare()
        except Exception as problem:
            troubles.append(problem)
        database.close()

    troubles: list[Exception] = []
    starting = [threading.Thread(target=start) for _ in range(4)]
    for thread in starting:
        thread.start()
    for thread in starting:
        thread.join()
    assert troubles == []
    database = Database(empty)
    assert database.version() == HEAD
    database.close()


def test_a_newer_schema_is_refused_without_a_password_in_the_sentence(
    postgres: str,
) -> None:
    database = Database(postgres.replace("postgres@", "postgres:geheim@"))
    database.prepare()
    with database.writer.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseTooNew, match="schema 9999") as refused:
        database.prepare()
    assert "geheim" not in str(refused.value)
    database.close()


def copy_rows(source: Database, target: Database) -> None:
    """Copy what the target's older schema can hold."""
    with source.reader() as old, target.writer.connect() as new:
        for table in inspect(new).get_table_names():
            if table == "alembic_version":
                continue
            names = [column["name"] for column in inspect(new).get_columns(table)]
            columns = ", ".join(names)
            found = old.execute(text(f"SELECT {columns} FROM {table}")).mappings()
            rows = [dict(row) for row in found]
            if rows:
                holders = ", ".join(f":{name}" for name in names)
                new.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({holders})"), rows)


async def test_runs_of_the_first_release_are_kept_and_go_on(
    empty: Path | str, tmp_path: Path
) -> None:
    before = Lab(tmp_path)
    run_id = await before.start(TEXT, key="once")
    [lease] = await before.claim()
    await before.complete(lease, 1)
    database = Database(empty)
    upgrade(database, "0001")
    assert database.version() == "0001"
    copy_rows(before.database, database)
    before.close()

    database.prepare()
    reader = RunReader(database)
    [summary] = reader.summaries()
    assert (summary.run_id, summary.status) == (run_id, "waiting")
    assert len(reader.events(run_id)) == summary.last_seq
    assert reader.run(run_id).text == TEXT
    assert check(database) == []
    assert database.version() == HEAD
    database.close()

    lab = Lab(empty if isinstance(empty, str) else empty.parent)
    await lab.pass_time(3_600_000)
    assert lab.summary(run_id).status == "completed"
    assert lab.broken() == []
    lab.close()
