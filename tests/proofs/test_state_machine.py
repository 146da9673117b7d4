"""Acts in any order, on a real database: see `machine.py`."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

from tests.proofs.machine import Studio
from tests.proofs.test_random_programs import QUIET

# Nothing is made smaller here, which takes minutes: the long form does.
Studio.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=QUIET,
    database=None,
    phases=[Phase.generate],
)


@pytest.mark.acceptance
@pytest.mark.timeout(120)
class TestStudio(Studio.TestCase):
    """Eight stories of forty acts."""
