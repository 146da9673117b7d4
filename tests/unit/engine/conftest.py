from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.engine.lab import Lab


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lab]:
    """A lab whose database must be sound at the end of every test."""
    on_postgres = request.param == "postgres"
    made = Lab(request.getfixturevalue("prepared_postgres") if on_postgres else tmp_path)
    yield made
    broken = made.broken()
    made.close()
    assert broken == []
