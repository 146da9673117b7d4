"""The schema: of this release, made by migrations, refused when newer, honest when unusable."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from agentry.base.errors import AgentryError
from agentry.store.database import HEAD, Database
from agentry.store.schema import METADATA
from agentry.store.trouble import DatabaseTooNew


def test_migrations_make_exactly_the_declared_tables(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    database.prepare()
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == HEAD
    database.close()


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    database.prepare()
    database.prepare()
    database.close()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    database = Database(file)
    database.prepare()
    database.close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    newer = Database(file)
    with pytest.raises(DatabaseTooNew, match="schema 9999"):
        newer.prepare()
    newer.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    connection.close()


def test_a_file_that_is_no_database_is_one_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"certainly not a database, and long enough to be looked at" * 20)
    database = Database(file)
    with pytest.raises(AgentryError, match=r"a\.db cannot be used: file is not a database"):
        database.prepare()
    database.close()


def test_readers_cannot_write(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    database.prepare()
    with database.reader() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM run")
    database.close()
