"""`agentry flow graph`, `schema` and `explain` print a flow in another form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentry.cli import console
from agentry.cli.flow_texts import explain, fmt, graph, schema
from agentry.flow.schema import schema_text

GOOD = "name: Good\ntasks:\n  - {id: a, tool: echo, with: {x: 1}}\n  - {id: b, tool: echo}\n"


@pytest.fixture
def good(tmp_path: Path) -> str:
    file = tmp_path / "good.agentry.flow.yaml"
    file.write_text(GOOD)
    return str(file)


@pytest.mark.parametrize(
    ("form", "part"), [("mermaid", "  t1 --> t2\n"), ("dot", "  t1 -> t2;\n"), ("json", '"from"')]
)
def test_a_flow_is_drawn_in_three_languages(
    good: str, form: str, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert graph(good, form) == 0
    assert part in capsys.readouterr().out


def test_what_is_left_of_a_broken_flow_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(GOOD.replace("tool: echo}", "tool: ecko}"))
    assert graph(str(file), "json") == 2
    said = capsys.readouterr()
    assert len(json.loads(said.out)["vertices"]) == 2
    assert "did you mean 'echo'?" in said.err


def test_the_schema_is_printed_or_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert schema(None) == 0
    assert capsys.readouterr().out == schema_text()
    assert schema(tmp_path / "s.json") == 0
    assert (tmp_path / "s.json").read_text() == schema_text()
    with pytest.raises(console.WrongUse, match="cannot be written"):
        schema(tmp_path / "no" / "s.json")


def test_what_a_flow_will_do_is_said_in_words_or_as_json(
    tmp_path: Path, good: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explain(good, as_json=False) == 0
    said = capsys.readouterr().out
    assert "1. a: The tool echo is called.\n   - echo: only computes; no network.\n" in said
    assert said.endswith("  model turns: 0\n  tool calls: 2\n  cost: $0.00\n")
    file = tmp_path / "dear.yaml"
    text = "agents: {a: {model: 'openai:gpt-5-mini', max_turns: 2}}\ntasks: [{agent: a}]\n"
    file.write_text(text)
    assert explain(str(file), as_json=True) == 0
    most = json.loads(capsys.readouterr().out)["at_most"]
    assert (most["turns"], most["tool_calls"]) == (2, 0)
    assert most["cost_usd"] > 0


def test_a_broken_flow_is_not_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("tasks: [{tool: ecko}]\n")
    assert explain(str(file), as_json=False) == 2
    said = capsys.readouterr()
    assert (said.out, "did you mean 'echo'?" in said.err) == ("", True)


def test_fmt_writes_once_and_check_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("tasks:\n-   {tool: echo}  # c\n")
    assert fmt(str(file), check=True) == 1
    assert file.read_text().startswith("tasks:\n-   ")
    assert fmt(str(file), check=False) == 0
    assert file.read_text() == "tasks:\n  - {tool: echo}  # c\n"
    assert fmt(str(file), check=True) == 0
    assert capsys.readouterr().out.endswith("x.yaml: ok\n")
