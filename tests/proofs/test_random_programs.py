"""Random flows, played by workers that come late, vanish and lie, against a second opinion."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.proofs.playing import differences
from tests.proofs.programs import Vertex, programs

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


# Nothing is made smaller here, which takes minutes: the long form does.
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=QUIET,
    database=None,
    phases=[Phase.generate],
)
@given(programs(), st.integers(0, 2**32))
def test_the_engine_does_what_a_flow_says(program: Vertex, seed: int) -> None:
    assert differences(program, seed) == []
