from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.engine.lab import Lab
from tests.unit.engine.traced import unproven


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    """A lab whose database must be sound, and whose journals must prove, after every test."""
    on_postgres = request.param == "postgres"
    made = Lab(request.getfixturevalue("prepared_postgres") if on_postgres else tmp_path)
    yield made
    broken = made.broken() or unproven(made)
    made.close()
    assert broken == []
