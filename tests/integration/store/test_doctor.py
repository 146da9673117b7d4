"""`agentry doctor --check-db` tells a sound database from a broken one, and changes neither."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from agentry.store.database import HEAD, Database
from agentry.store.migrate import upgrade
from tests.acceptance.product import cli
from tests.unit.engine.lab import Lab

pytestmark = pytest.mark.integration


async def with_one_run(place: Path | str) -> None:
    lab = Lab(place)
    await lab.start("tasks: [{id: a, tool: echo}]")
    lab.close()


def database_of(place: Path | str) -> Path | str:
    return place if isinstance(place, str) else place.parent / "lab.db"


async def test_a_sound_database_and_a_broken_one(place: Path | str, tmp_path: Path) -> None:
    await with_one_run(place if isinstance(place, str) else place.parent)
    env = {"AGENTRY_DB": str(database_of(place))}
    sound = cli("doctor", "--check-db", home=tmp_path / "home", env=env)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "Everything that must be true of it is." in sound.stdout

    database = Database(database_of(place))
    with database.writer.connect() as connection:
        connection.execute(text("DELETE FROM activity"))
        connection.execute(text("DELETE FROM event WHERE seq = 1"))
    database.close()
    broken = cli("doctor", "--check-db", home=tmp_path / "home", env=env)
    assert broken.returncode == 1
    assert "✗ I1: run run_" in broken.stdout
    assert "✗ I5: run run_" in broken.stdout
    as_json = cli("doctor", "--check-db", "--json", home=tmp_path / "home", env=env)
    said = json.loads(as_json.stdout)
    assert (as_json.returncode, said["ok"], said["schema"]) == (1, False, HEAD)
    assert {"I1", "I2", "I5"} <= {item["invariant"] for item in said["broken"]}


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = cli("doctor", "--check-db", home=tmp_path / "home")
    assert done.returncode == 0
    assert "made at the first start" in done.stdout
    assert not (tmp_path / "home").exists()


def test_one_that_cannot_be_used_is_a_sentence_without_the_password(tmp_path: Path) -> None:
    env = {"AGENTRY_DB": "postgresql://someone:geheim@127.0.0.1:1/runs"}
    done = cli("doctor", "--check-db", home=tmp_path, env=env)
    assert done.returncode == 1
    assert "postgresql://someone@127.0.0.1:1/runs cannot be used: " in done.stderr
    assert "geheim" not in done.stderr + done.stdout
    whole = cli("doctor", "--json", home=tmp_path, env=env)
    [finding] = [
        item for item in json.loads(whole.stdout)["findings"] if item["name"] == "Database"
    ]
    assert (whole.returncode, finding["state"], finding["needed"]) == (1, "broken", True)


def test_other_releases_are_told_apart(tmp_path: Path) -> None:
    database = Database(tmp_path / "agentry.db")
    upgrade(database, "0001")
    older = cli("doctor", "--check-db", home=tmp_path)
    assert older.returncode == 1
    assert "not of this release yet" in older.stderr
    assert database.version() == "0001"
    database.prepare()
    with database.writer.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    newer = cli("doctor", "--check-db", home=tmp_path)
    assert newer.returncode == 1
    assert "schema 9999" in newer.stderr
