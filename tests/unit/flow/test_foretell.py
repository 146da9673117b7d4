"""A flow in words: what happens in order, what it touches, who is asked, and the most it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from agentry.flow.foretell import Explanation, foretell
from agentry.flow.read import read
from tests.unit.flow.corpus import GOOD, reading_of


@dataclass(frozen=True)
class Facts:
    effects: tuple[str, ...] = ("pure",)
    net: tuple[str, ...] = ()
    privileged: bool = False


TOOLS = {
    "echo": Facts(),
    "shell": Facts(("exec", "fs_read", "fs_write")),
    "python": Facts(("net",), ("api.example.org:443", "b.example.org:443")),
}
HEAD = """
name: X
inputs:
  files: {type: array}
  few: {type: array, maxItems: 4}
models:
  script: {provider: scripted, turns: [{calls: [{tool: echo}, {tool: echo}]}, {answer: ok}]}
  either: {first_of: [script, "openai:big"]}
agents:
  alone: {model: "openai:big", max_turns: 5}
  armed: {model: "openai:big", tools: [shell], max_turns: 3}
  actor: {model: script}
  lucky: {model: either, max_turns: 7}
  local: {model: "ollama:own", max_turns: 2}
tasks:
"""


def told(tasks: str, verdicts: Mapping[str, str] | None = None) -> Explanation:
    reading = read(HEAD + tasks, name="x")
    assert reading.ok, reading.diagnostics
    assert reading.document is not None
    return foretell(reading.document, TOOLS, verdicts=verdicts, price=price)


def price(provider: str, model: str, max_tokens: int | None) -> float | None:
    return 0.5 if (provider, model) == ("openai", "big") else None


@pytest.mark.parametrize(
    ("tasks", "turns", "calls", "cost"),
    [
        ("- {tool: echo}", "0", "1", "$0.00"),
        ("- {tool: echo, disabled: true}", "0", "0", "$0.00"),
        ("- {tool: echo, retry: {attempts: 3}}", "0", "3", "$0.00"),
        ("- {agent: alone}", "5", "0", "$2.50"),
        ("- {agent: alone, retry: {attempts: 2}}", "10", "0", "$5.00"),
        ("- {agent: armed}", "3", "3 × (calls that one turn asks for)", "$1.50"),
        ("- {agent: actor}", "2", "2", "$0.00"),
        ("- {agent: lucky}", "7", "2", "$3.50"),
        ("- {agent: local}", "2", "0", "unknown (no price for ollama:own)"),
        ("- loop: {times: 3, do: [{tool: echo}, {agent: alone}]}", "15", "3", "$7.50"),
        ("- loop: {for_each: [a, b], do: [{tool: echo}]}", "0", "2", "$0.00"),
        ("- loop: {for_each: inputs.few, do: [{tool: echo}]}", "0", "4", "$0.00"),
        ("- loop: {while: loop.index < 9, max_iterations: 6, do: [{tool: echo}]}", "0", "6", "$0"),
        (
            "- {tool: echo}\n- loop: {for_each: inputs.files, do: [{agent: alone}, {tool: echo}]}",
            "5 × (items of inputs.files)",
            "1 + (items of inputs.files)",
            "$2.50 × (items of inputs.files)",
        ),
        (
            "- condition: {if: size(inputs.files) > 0, then: [{agent: alone}], "
            "else: [{tool: echo}, {tool: echo}]}",
            "5",
            "2",
            "$2.50",
        ),
        ("- {tool: shell, timeout: 1m, on_error: [{agent: alone}]}", "5", "1", "$2.50"),
        (
            "- {flow: sub/x}",
            "(turns of flow 'sub/x')",
            "(calls of flow 'sub/x')",
            "unknown (no price for flow 'sub/x')",
        ),
    ],
)
def test_the_most_is_counted_through_loops_branches_and_retries(
    tasks: str, turns: str, calls: str, cost: str
) -> None:
    said = told(tasks)
    assert (said.most.turns.text(), said.most.calls.text()) == (turns, calls)
    assert said.cost.startswith(cost)


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [
        ("- {tool: echo}", "- echo: only computes; no network."),
        (
            "- {tool: python, timeout: 5m}",
            "- python: uses the network; may reach api.example.org:443 and b.example.org:443; "
            "a person is asked first.",
        ),
        ("- {agent: alone}", "Agent 'alone' works on it with openai:big, 5 turns at most, "),
        ("- {agent: lucky}", "the first that is ready of scripted, openai:big"),
        ("- loop: {times: 3, do: [{tool: echo}]}", "3 times, one after the other:"),
        (
            "- loop: {for_each: inputs.files, max_parallel: 4, do: [{tool: echo}]}",
            "For each item of inputs.files, 4 at a time:",
        ),
        (
            "- loop: {while: loop.index < 9, max_iterations: 6, do: [{tool: echo}]}",
            "While loop.index < 9, 6 times at most:",
        ),
        (
            "- parallel: {do: [{tool: echo}, {tool: echo}], join: any, max: 1}",
            "At the same time, 1 at most (the first to complete is enough):",
        ),
        (
            '- approval: {ask: "Go?\\n\\nmore", to: [lead, boss], need: 2, expires: 24h}',
            "Of lead and boss it is asked: “Go?”, 2 must approve.",
        ),
        ("- {wait: {for: 15m}}", "Waits 15m."),
        ("- {wait: {message: paid, expires: 3d}}", "Waits for the message 'paid', 3d at most."),
        (
            "- {tool: echo, if: size(inputs.files) > 1}",
            "Only if size(inputs.files) > 1; else it is",
        ),
        ("- {tool: echo, on_error: continue}", "Where it fails the flow goes on."),
        ("- {tool: echo, disabled: true}", "Is disabled, and skipped."),
        ("- {id: a, tool: echo}\n- {id: b, tool: echo, needs: []}", "b: Starts at once."),
    ],
)
def test_each_task_is_told_in_a_sentence(tasks: str, sentence: str) -> None:
    assert sentence in told(tasks, {"python": "ask"}).text()


def test_steps_come_in_the_order_in_which_they_happen() -> None:
    said = told(
        "- {id: c, tool: echo, needs: [a]}\n- {id: a, tool: echo, needs: []}\n"
        "- {id: b, parallel: [{id: p, tool: echo}, {id: q, tool: echo}]}\n"
    )
    assert [(step.number, step.title) for step in said.steps] == [
        ("1", "a"),
        ("2", "c"),
        ("3", "b"),
    ]
    assert [step.number for step in said.steps[2].inner] == ["3.1", "3.2"]


def test_everything_that_asks_a_person_is_named() -> None:
    said = told(
        "- {id: a, tool: python, timeout: 1m}\n- {id: b, agent: armed}\n- {id: c, tool: echo}\n"
        "- {id: d, approval: {ask: Go?}}\n- {id: e, approval: {ask: No?}, disabled: true}\n",
        {"python": "ask", "shell": "ask", "echo": "allow"},
    )
    assert said.asks == ("a", "b", "d")


@pytest.mark.parametrize("case", GOOD)
def test_every_flow_of_the_corpus_can_be_explained(case: str) -> None:
    document = reading_of(case).document
    assert document is not None
    said = foretell(document, TOOLS)
    assert said.text().startswith(document.name)
    assert said.to_json()["name"] == document.name
