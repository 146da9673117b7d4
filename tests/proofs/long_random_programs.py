"""Random flows in full: two thousand of them. `make proofs` runs it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.proofs.playing import differences
from tests.proofs.programs import Vertex, programs
from tests.proofs.test_random_programs import QUIET

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(3600)]


@settings(max_examples=2000, deadline=None, suppress_health_check=QUIET)
@given(programs(), st.integers(0, 2**32))
def test_the_engine_does_what_two_thousand_flows_say(program: Vertex, seed: int) -> None:
    assert differences(program, seed) == []
