"""The kill matrix in full, on both databases: every visit of every fail-point in every flow.

Pairs of kills on SQLite alone: they are many. `make proofs` runs it.
"""

from __future__ import annotations

import pytest

from agentry.base.failpoint import NAMES
from tests.proofs.flows import FLOWS
from tests.proofs.matrix import Matrix

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("flow", FLOWS)
def test_every_visit_of_every_fail_point(matrix: Matrix, flow: str) -> None:
    for name in NAMES:
        visit = 1
        while matrix.crash(flow, f"{name}:kill9@{visit}"):
            visit += 1
    assert matrix.kills


@pytest.mark.parametrize("matrix", ["sqlite"], indirect=True)
@pytest.mark.parametrize("flow", FLOWS)
def test_every_pair_of_kills_in_a_row(matrix: Matrix, flow: str) -> None:
    met = [name for name in NAMES if matrix.crash(flow, f"{name}:kill9@1")]
    for first in met:
        for second in met:
            matrix.crash(flow, f"{first}:kill9@1", f"{second}:kill9@1")
    assert met
