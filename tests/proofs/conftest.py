from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.proofs.hatchery import Hatchery
from tests.proofs.matrix import Matrix


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    with Hatchery() as hatchery:
        yield Matrix(tmp_path_factory.mktemp("matrix"), hatchery)
