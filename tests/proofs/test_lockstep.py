"""Flows with people, time and messages in them mean the same in the engine and in plain words.

The random programs say what calls come to; here the world outside goes step by step, and after each
step both worlds must stand alike.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.proofs.lockstep import Lockstep, Pick, empty_database, lab_in
from tests.proofs.timed_programs import Spec, flows

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


def call(name: str, fails: int = 0, **more: object) -> Spec:
    tool: Spec = {
        "id": name,
        "tool": "echo",
        "with": {"v": 1},
        "x-fails": fails,
        "x-code": "broken",
    }
    return {**tool, **more}


# What the two once disagreed on: a parallel list, and in which order its calls end.
SETTLED: dict[str, tuple[Spec, list[str]]] = {
    "any is met by the last after a failure": (
        {"join": "any", "do": [call("a", 99), call("b")]},
        ["work p/a", "work p/b"],
    ),
    "a number is met by the last after a failure": (
        {"join": 2, "do": [call("a"), call("b", 99), call("c")]},
        ["work p/a", "work p/b", "work p/c"],
    ),
    "who needs a task that was skipped for its needs is skipped": (
        {"do": [call("a", 99), call("b", needs=["a"]), call("c", needs=["b"])]},
        ["work p/a"],
    ),
    "whose failure is gone on from is no reason to skip": (
        {"do": [call("a", 99, on_error="continue"), call("b", needs=["a"])]},
        ["work p/a", "work p/b"],
    ),
}


@pytest.mark.parametrize("name", SETTLED)
def test_what_is_settled_stays_so(name: str, tmp_path: Path) -> None:
    lanes, steps = SETTLED[name]
    order = iter(steps)
    flow: Spec = {"tasks": [{"id": "p", "parallel": lanes}], "outputs": {}}
    hold(tmp_path, empty_database(tmp_path), flow, lambda _steps: next(order))
    assert list(order) == []


def test_a_list_that_runs_because_nobody_answered_is_sound(tmp_path: Path) -> None:
    asked: Spec = {"ask": "Go on?", "need": 1, "expires": "3s", "on_expire": [call("b")]}
    flow: Spec = {"tasks": [{"id": "a", "x-answer": "none", "approval": asked}], "outputs": {}}
    order = iter(["time", "work a/on_expire/b"])
    hold(tmp_path, empty_database(tmp_path), flow, lambda _steps: next(order))


def test_a_flow_does_what_the_language_says_step_by_step(tmp_path: Path) -> None:
    empty = empty_database(tmp_path)

    # Nothing is made smaller here, which takes minutes: the long form does.
    @settings(
        max_examples=50,
        deadline=None,
        database=None,
        suppress_health_check=QUIET,
        phases=[Phase.generate],
    )
    @given(flows(), st.integers(0, 2**32))
    def each(flow: Spec, seed: int) -> None:
        hold(tmp_path, empty, flow, random.Random(seed).choice)

    each()


def hold(folder: Path, empty: Path, flow: Spec, pick: Pick) -> None:
    """Fail where the two worlds differ after a step that `pick` chose."""
    lab = lab_in(folder / "lab", empty)
    try:
        asyncio.run(Lockstep(lab, flow, pick).run())
    finally:
        lab.close()
