"""Killed at any fail-point, a run comes to what it comes to when nobody is killed.

`make proofs` kills at every visit of every fail-point; here each one is hit once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentry.base.failpoint import NAMES
from tests.architecture import house
from tests.proofs.flows import FLOWS
from tests.proofs.hatchery import Hatchery
from tests.proofs.matrix import Matrix

LONG = bool(os.environ.get("PROOFS_LONG"))

# Where each fail-point is sure to be met, and the second visit is not the first one's twin.
SHORT = {
    **dict.fromkeys(NAMES, ("sequence@1",)),
    "commit.begun": ("sequence@2", "parallel@3"),
    "commit.before": ("sequence@4", "approval@3"),
    "commit.after": ("sequence@6", "loop@2"),
    "claim.after": ("sequence@2", "parallel@1"),
    "heartbeat.before": ("wait@1",),
    "heartbeat.after": ("wait@1",),
    "effect.before": ("sequence@1", "sequence@5"),
    "effect.after": ("sequence@3", "approval@2"),
    "call.after": ("sequence@2", "loop@2"),
    "question.before": ("approval@1",),
    "question.after": ("approval@1",),
    "outcome.before": ("sequence@2", "parallel@3"),
    "failure.before": ("retry@1", "retry@2"),
}

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1800 if LONG else 120)]


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    with Hatchery() as hatchery:
        yield Matrix(tmp_path_factory.mktemp("matrix"), hatchery)


@pytest.mark.parametrize("name", NAMES)
def test_a_process_killed_here_loses_and_repeats_nothing(matrix: Matrix, name: str) -> None:
    for place in SHORT[name]:
        flow, _, visit = place.partition("@")
        assert matrix.crash(flow, f"{name}:kill9@{visit}"), f"{name} was not met in {flow}"


def test_a_process_killed_twice_in_a_row_loses_and_repeats_nothing(matrix: Matrix) -> None:
    for name in ("effect.after", "call.after", "commit.before"):
        assert matrix.crash("sequence", f"{name}:kill9@2", f"{name}:kill9@1")


def test_a_call_that_was_asked_about_is_asked_about_again_when_in_doubt(matrix: Matrix) -> None:
    assert matrix.crash("approval", "effect.after:kill9@2")
    assert matrix.crash("approval", "effect.after:kill9@2", "effect.after:kill9@1")


def test_every_fail_point_stands_in_one_place() -> None:
    text = "\n".join(house.read(name) for name in house.with_suffix(".py", under="backend/"))
    assert sorted(re.findall(r'\bfailpoint\("([a-z.]+)"\)', text)) == sorted(NAMES)


@pytest.mark.skipif(not LONG, reason="`make proofs` runs it: some minutes")
@pytest.mark.parametrize("flow", FLOWS)
def test_every_visit_of_every_fail_point(matrix: Matrix, flow: str) -> None:
    for name in NAMES:
        visit = 1
        while matrix.crash(flow, f"{name}:kill9@{visit}"):
            visit += 1
    print(f"{flow}: {matrix.kills} kills so far in {matrix.runs} runs")  # noqa: T201


@pytest.mark.skipif(not LONG, reason="`make proofs` runs it: some minutes")
@pytest.mark.parametrize("flow", FLOWS)
def test_every_pair_of_kills_in_a_row(matrix: Matrix, flow: str) -> None:
    met = [name for name in NAMES if matrix.crash(flow, f"{name}:kill9@1")]
    for first in met:
        for second in met:
            matrix.crash(flow, f"{first}:kill9@1", f"{second}:kill9@1")
