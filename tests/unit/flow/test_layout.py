"""`flow fmt`: one layout, every comment kept, and never another meaning."""

from __future__ import annotations

import pytest

from agentry.flow.layout import NotLaidOut, laid_out
from agentry.flow.text import load
from agentry.flow.yamltree import to_json
from tests.unit.flow.corpus import GOOD, text_of

UGLY = """\
# top
name:   X    # the name
on: {schedule: ["@daily"]}
tasks:
- id: a
  tool:   echo
  with:
      text: |
        two
          lines
# between
-   {id: b,   tool: echo, with: {text: '${{ tasks.a.output }}', n: 010}}


"""
NEAT = """\
# top
name: X      # the name
on: {schedule: ["@daily"]}
tasks:
  - id: a
    tool: echo
    with:
      text: |
        two
          lines
# between
  - {id: b, tool: echo, with: {text: '${{ tasks.a.output }}', n: 010}}
"""


def test_a_flow_is_laid_out_and_then_stays() -> None:
    assert laid_out(UGLY) == NEAT
    assert laid_out(NEAT) == NEAT
    assert laid_out(UGLY.replace("\n", "\r\n")) == NEAT.replace("\n", "\r\n")


def test_nearly_every_flow_of_the_corpus_can_be_laid_out() -> None:
    refused: list[str] = []
    for case in GOOD:
        try:
            laid_out(text_of(case))
        except NotLaidOut:
            refused.append(case)
    assert len(refused) < len(GOOD) / 10, refused


@pytest.mark.parametrize("case", GOOD)
def test_no_flow_changes_its_meaning(case: str) -> None:
    text = text_of(case)
    try:
        new = laid_out(text)
    except NotLaidOut:
        return
    before, after = load(text).root, load(new).root
    assert before is not None
    assert after is not None
    assert to_json(before) == to_json(after)
    assert laid_out(new) == new


@pytest.mark.parametrize("text", ["", "a: [", "a: 1\na: 2\n", "\0"])
def test_a_broken_text_is_refused(text: str) -> None:
    with pytest.raises(NotLaidOut):
        laid_out(text)
