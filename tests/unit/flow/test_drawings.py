"""A flow as Mermaid and as DOT: every task once, containers around, letters that break nothing."""

from __future__ import annotations

import re

import pytest

from agentry.flow.dot import dot
from agentry.flow.graph import Graph, build
from agentry.flow.mermaid import mermaid
from agentry.flow.read import read
from tests.unit.flow.corpus import GOOD, reading_of

FLOW = """
name: Way
tasks:
  - {id: look, tool: echo}
  - id: risk
    condition:
      on: tasks.look.status
      cases:
        completed: [{id: yes, tool: echo}]
      default: [{id: other, tool: echo}]
  - id: each
    loop: {times: 3, do: [{id: inner, tool: echo}]}
    on_error: [{id: tell, tool: echo}]
  - {id: none, parallel: []}
"""


def graph_of(text: str) -> Graph:
    document = read(text, name="x").document
    assert document is not None
    return build(document)


def test_containers_are_subgraphs_and_branches_have_their_names() -> None:
    lines = [line.strip() for line in mermaid(graph_of(FLOW)).splitlines()]
    assert lines[:4] == ["---", 'title: "Way"', "---", "flowchart TD"]
    start = lines.index('subgraph t2["risk<br/>condition: tasks.look.status"]')
    assert lines[start : start + 8] == [
        'subgraph t2["risk<br/>condition: tasks.look.status"]',
        'subgraph b1["completed"]',
        't3["yes<br/>tool echo"]',
        "end",
        'subgraph b2["default"]',
        't4["other<br/>tool echo"]',
        "end",
        "end",
    ]
    assert "t1 --> t2" in lines


def test_what_goes_wrong_leads_beside_its_task() -> None:
    lines = mermaid(graph_of(FLOW)).splitlines()
    assert "  t5 -. on_error .-> b3" in lines
    assert '  subgraph b3["on_error"]' in lines


def test_dot_lines_end_at_the_border_of_a_container() -> None:
    lines = dot(graph_of(FLOW)).splitlines()
    assert "  subgraph cluster_t2 {" in lines
    assert "  t1 -> t3 [lhead=cluster_t2];" in lines
    assert (
        '  t6 -> t7 [ltail=cluster_t5, lhead=cluster_b3, style=dashed, label="on_error"];' in lines
    )


@pytest.mark.parametrize(
    "name", ['a"]; end', "a#quot;", "<b>&amp;", "`x`", "c:\\n", "two\nlines", "]--> t1", "日本 🙂"]
)
def test_labels_break_out_of_nothing(name: str) -> None:
    graph = graph_of(f"name: {name!r}\ntasks:\n  - {{id: a, name: {name!r}, tool: echo}}\n")
    for line in mermaid(graph).splitlines()[4:]:
        assert re.fullmatch(r'  t1\["[^"<>`]*<br/>tool echo"\]', line), line
        assert "#" not in re.sub(r"#(?:35|96|amp|lt|gt|quot);", "", line)
    for line in dot(graph).splitlines():
        assert len(re.sub(r"\\.", "", line).split('"')) % 2 == 1, line


@pytest.mark.parametrize("case", GOOD)
def test_every_task_of_the_corpus_is_drawn_once(case: str) -> None:
    document = reading_of(case).document
    assert document is not None
    graph = build(document)
    keys = {f"t{count}" for count in range(1, len(graph.vertices) + 1)}
    drawn = re.findall(r"^ *(?:subgraph )?(t\d+)[\[({]", mermaid(graph), re.M)
    assert sorted(drawn) == sorted(keys)
    clusters = re.findall(r"^ *(?:subgraph cluster_)?(t\d+) [\[{]", dot(graph), re.M)
    assert sorted(clusters) == sorted(keys)
    assert mermaid(graph).count("-->") == len(graph.edges)
