from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agentry.store.database import Database
from tests.integration.store.desk import Desk


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a store is: a file, or the address of a Postgres; its schema is there."""
    if request.param == "postgres":
        return str(request.getfixturevalue("prepared_postgres"))
    database = Database(tmp_path / "a.db", full_sync=False)
    database.prepare()
    database.close()
    return tmp_path / "a.db"


@pytest.fixture
def open_desk(place: Path | str) -> Iterator[Callable[[], Desk]]:
    """Opens one desk after another on the same store, as processes would."""
    opened: list[Desk] = []

    def one_more() -> Desk:
        opened.append(Desk(place))
        return opened[-1]

    yield one_more
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: Callable[[], Desk]) -> Desk:
    return open_desk()
