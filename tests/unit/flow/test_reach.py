"""Which tasks a task sees, and which have ended before it."""

from __future__ import annotations

import pytest

from agentry.flow.graph import build
from agentry.flow.reach import Reach, cycle_in, in_order
from agentry.flow.read import read

TEXT = """
tasks:
  - {id: first, tool: echo}
  - id: group
    parallel:
      - {id: left, tool: echo}
      - {id: right, tool: echo}
      - id: inner
        needs: [left]
        sequential:
          - {id: first, tool: echo}
          - {id: last, tool: echo}
  - {id: side, tool: echo, needs: []}
  - {id: end, tool: echo, needs: [group]}
"""


@pytest.fixture
def reach() -> Reach:
    document = read(TEXT, name="x").document
    assert document is not None
    return Reach(document)


SEES = [
    ("end", "first", "first"),
    ("end", "left", "group/left"),
    ("end", "last", "group/inner/last"),
    ("group/inner/last", "first", "group/inner/first"),
    ("group/left", "first", "group/inner/first"),
    ("", "last", "group/inner/last"),
    ("group", "left", "group/left"),
]


@pytest.mark.parametrize(("path", "name", "target"), SEES)
def test_the_nearest_task_of_a_name_is_seen(
    reach: Reach, path: str, name: str, target: str
) -> None:
    assert reach.visible(path)[name] == target


ENDED = [
    ("first", "group", True),
    ("first", "group/inner/last", True),
    ("group", "end", True),
    ("group/inner/last", "end", True),
    ("group/left", "group/inner/first", True),
    ("group/inner/first", "group/inner/last", True),
    ("group/right", "group/inner/first", False),
    ("group/left", "group/right", False),
    ("first", "side", False),
    ("side", "end", False),
    ("end", "end", False),
    ("group", "group/left", False),
    ("group/left", "group", False),
    ("end", "", True),
]


@pytest.mark.parametrize(("target", "path", "ended"), ENDED)
def test_only_what_is_needed_has_ended(
    reach: Reach, target: str, path: str, *, ended: bool
) -> None:
    assert reach.ended_before(target, path) is ended


def test_order_follows_needs_and_leaves_cycles_out() -> None:
    needs = {"c": ["b"], "b": ["a"], "a": [], "x": ["y"], "y": ["x"], "z": ["x"], "n": ["nobody"]}
    order = in_order(needs)
    assert sorted(order) == ["a", "b", "c", "n"]
    assert order.index("a") < order.index("b") < order.index("c")


def test_a_cycle_is_given_in_its_own_order() -> None:
    assert cycle_in({"z": ["x"], "x": ["y"], "y": ["x"]}) == ["x", "y"]
    assert cycle_in({"a": [], "b": ["a"]}) == []
    assert cycle_in({"a": ["a"]}) == ["a"]


def test_a_flow_of_200_tasks_is_read_whole() -> None:
    text = 'agents:\n  a: {model: "openai:gpt-5-mini"}\ntasks:\n' + "".join(
        f"  - id: t{n}\n    agent: a\n    timeout: 5m\n    retry: {{attempts: 2, delay: 10s}}\n"
        f"    input: |\n      Go on with ${{{{ tasks.t{max(n - 1, 0)}.output }}}}.\n"
        for n in range(200)
    )
    reading = read(text, name="x")
    assert reading.document is not None
    assert len(build(reading.document).vertices) == 200
