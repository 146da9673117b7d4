"""Killed at any fail-point, a run comes to what it comes to when nobody is killed.

`make proofs` kills at every visit of every fail-point; here each one is hit once.
"""

from __future__ import annotations

import re

import pytest

from agentry.base.failpoint import NAMES
from tests.architecture import house
from tests.proofs.matrix import Matrix

# Where each fail-point is sure to be met, and the second visit is not the first one's twin.
SHORT = {
    **dict.fromkeys(NAMES, ("sequence@1",)),
    "commit.begun": ("message@4", "parallel@3"),
    "commit.before": ("sequence@4", "approval@3"),
    "commit.after": ("sequence@6", "loop@2"),
    "claim.after": ("sequence@2", "parent@3"),
    "heartbeat.before": ("wait@1",),
    "heartbeat.after": ("wait@1",),
    "effect.before": ("sequence@1", "sequence@5"),
    "effect.after": ("sequence@3",),
    "call.after": ("sequence@2", "loop@2"),
    "question.before": ("approval@1",),
    "question.after": ("approval@1",),
    "outcome.before": ("message@1", "parent@2"),
    "failure.before": ("retry@1", "retry@2"),
}

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("name", NAMES)
def test_a_process_killed_here_loses_and_repeats_nothing(matrix: Matrix, name: str) -> None:
    for place in SHORT[name]:
        flow, _, visit = place.partition("@")
        assert matrix.crash(flow, f"{name}:kill9@{visit}"), f"{name} was not met in {flow}"


def test_a_process_killed_twice_in_a_row_loses_and_repeats_nothing(matrix: Matrix) -> None:
    for name in ("effect.after", "call.after", "commit.before"):
        assert matrix.crash("sequence", f"{name}:kill9@2", f"{name}:kill9@1")


def test_every_fail_point_stands_in_one_place() -> None:
    text = "\n".join(house.read(name) for name in house.with_suffix(".py", under="backend/"))
    assert sorted(re.findall(r'\bfailpoint\("([a-z.]+)"\)', text)) == sorted(NAMES)
