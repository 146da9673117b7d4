"""People who answer, time that runs out and a cancel, all at once: one of them wins.

`make proofs` races 500 times on each database.
"""

from __future__ import annotations

import pytest

from tests.proofs.races import ENDS, GOES_ON, Races

pytestmark = [pytest.mark.integration]
ROUNDS = 25


@pytest.mark.parametrize("flow", [ENDS, GOES_ON], ids=["ends", "goes on"])
def test_of_many_answers_at_one_moment_one_counts(races: Races, flow: str) -> None:
    races.run(ROUNDS, flow)
    assert len(races.winners) > 1
