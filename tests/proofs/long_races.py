"""500 races for one question, on each database. `make proofs` runs it."""

from __future__ import annotations

import pytest

from tests.proofs.races import ENDS, GOES_ON, Races

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


def test_each_of_500_races_has_one_winner(races: Races) -> None:
    races.run(500, ENDS, GOES_ON)
    assert set(races.winners) == {"approve", "deny", "expire", "cancel"}
