"""Step by step, two thousand flows. `make proofs` runs it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.proofs.lockstep import empty_database
from tests.proofs.test_lockstep import QUIET, hold
from tests.proofs.timed_programs import Spec, flows

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(3600)]


def test_two_thousand_flows_do_what_the_language_says_step_by_step(tmp_path: Path) -> None:
    empty = empty_database(tmp_path)

    @settings(max_examples=2000, deadline=None, database=None, suppress_health_check=QUIET)
    @given(flows(), st.integers(0, 2**32))
    def each(flow: Spec, seed: int) -> None:
        hold(tmp_path, empty, flow, random.Random(seed).choice)

    each()
