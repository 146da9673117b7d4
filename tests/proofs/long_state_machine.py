"""Acts in any order in full: hundreds of stories, bad ones made small. `make proofs` runs it."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.proofs.machine import Studio
from tests.proofs.test_random_programs import QUIET


class _Long(Studio):
    """The same studio, with settings of its own."""


_Long.TestCase.settings = settings(
    max_examples=300, stateful_step_count=80, deadline=None, suppress_health_check=QUIET
)


@pytest.mark.acceptance
@pytest.mark.timeout(3600)
class TestLongStudio(_Long.TestCase):
    """Three hundred stories of eighty acts."""
