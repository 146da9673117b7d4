from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.engine.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A lab whose database must be sound at the end of every test."""
    made = Lab(tmp_path)
    yield made
    broken = made.broken()
    made.close()
    assert broken == []
