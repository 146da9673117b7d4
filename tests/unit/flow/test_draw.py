"""Flows as charts and in words."""

from __future__ import annotations

import pytest

from agentry.flow.document import Document
from agentry.flow.draw import dot, mermaid
from agentry.flow.explain import Most, explain, most
from agentry.flow.graph import build
from agentry.flow.read import read
from tests.unit.flow import corpus

TEXT = """
name: Say "hi"
agents:
  a: {model: "openai:m", max_turns: 5}
tasks:
  - {id: first, tool: echo, name: 'x"] end <b>'}
  - id: both
    parallel:
      - {id: left, agent: a, retry: {attempts: 3}}
      - {id: right, agent: a, disabled: true}
  - id: pick
    condition: {if: run.id == '', then: [{id: yes, tool: echo}, {id: more, tool: echo}], else: []}
  - id: again
    loop: {while: tasks.t.output == '', max_iterations: 4, do: [{id: t, tool: echo}]}
"""


def _document(text: str = TEXT) -> Document:
    document = read(text, name="x").document
    assert document is not None
    return document


def test_mermaid_draws_containers_and_edges_and_no_markup_of_the_flow() -> None:
    chart = mermaid(build(_document()))
    assert 't1["x#34;#93; end #60;b#62; (echo)"]' in chart
    assert '  subgraph t2["both (parallel)"]\n    t3["left (a)"]' in chart
    assert '    t6["then: yes (echo)"]' in chart
    assert "  t1 --> t2\n" in chart
    assert "  t6 --> t7\n" in chart


def test_dot_draws_edges_between_clusters() -> None:
    chart = dot(build(_document()))
    assert chart.startswith('digraph "Say \\"hi\\"" {\n')
    assert '  t1 -> t3 [lhead="cluster_t2"];' in chart
    assert '  t3 -> t6 [ltail="cluster_t2", lhead="cluster_t5"];' in chart


@pytest.mark.parametrize("case", corpus.GOOD)
def test_every_flow_can_be_drawn_and_explained(case: str) -> None:
    document = corpus.reading_of(case).document
    assert document is not None
    graph = build(document)
    lines = mermaid(graph).split("\n")
    assert sum("subgraph" in line for line in lines) == sum(line.strip() == "end" for line in lines)
    assert dot(graph).endswith("}\n")
    assert explain(document).endswith(".\n")


def test_the_worst_case_counts_retries_branches_and_iterations() -> None:
    assert most(_document()) == Most(turns=15, calls=1 + 2 + 4)


def test_what_inputs_decide_is_said_to_be_unknown() -> None:
    text = (
        "inputs: {files: {type: array}}\ntasks:\n"
        "  - loop: {for_each: inputs.files, do: [{tool: echo}]}\n"
    )
    assert most(_document(text)) == Most(turns=0, calls=None)
    assert "It must be given files." in explain(_document(text))


def test_an_explanation_says_each_task() -> None:
    said = explain(_document())
    assert "   - left: agent a works (up to 3 times)\n" in said
    assert (
        "   then:\n      1. yes: calls echo\n      2. more: calls echo\n   else: nothing\n" in said
    )
    assert "4. again: while tasks.t.output == '', at most 4 times\n" in said
    assert said.endswith(
        "At most: 15 turns of models, 7 tool calls by tasks; agents may call tools in every turn.\n"
        "No budget bounds what it costs.\n"
    )
