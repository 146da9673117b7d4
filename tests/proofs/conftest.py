"""Proofs about the engine: it survives crashes, agrees with its own language, and is watched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs.hatchery import Hatchery
from tests.proofs.matrix import Matrix
from tests.proofs.places import Files, Places, Servers
from tests.proofs.races import Races


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a database of this test alone goes: a folder, or the address of a Postgres."""
    if request.param == "sqlite":
        return tmp_path
    address: str = request.getfixturevalue("prepared_postgres")
    return address


@pytest.fixture
def races(place: Path | str) -> Races:
    return Races(place, seed=11)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def matrix(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp("matrix")
    if request.param == "sqlite":
        places: Places = Files(folder)
    else:
        places = Servers(request.getfixturevalue("cluster"))
    with Hatchery() as hatchery:
        yield Matrix(folder, hatchery, places)
