"""A text that is broken in one place is read everywhere else."""

from __future__ import annotations

import time

import pytest

from agentry.flow.read import read

BROKEN: list[tuple[str, list[tuple[int, str]], list[str]]] = [
    (
        "tasks:\n  - {id: a, tool: echo\n  - {id: b, tool: eco}\n  - {id: c, tool: echo}\n",
        [(3, "yaml_syntax"), (3, "unknown_tool")],
        ["b", "c"],
    ),
    (
        "tasks:\n  - id: a\n    tool: echo\n     with: {}\n"
        "  - id: b\n    needs: [a, z]\n    tool: echo\n",
        [(4, "yaml_syntax"), (6, "unknown_need")],
        ["b"],
    ),
    (
        'name: "x\ntasks:\n  - {id: a, tool: echo}\n  - {id: b, tool: echo, inptu: 1}\n',
        [(1, "yaml_syntax"), (4, "unknown_key")],
        ["a", "b"],
    ),
    (
        'agents:\n  x: {model: "nope}\n  y: {model: "openai:a"}\n'
        "tasks:\n  - {id: a, agent: x, timeout: 5}\n",
        [(3, "yaml_syntax"), (5, "bad_value")],
        ["a"],
    ),
    (
        "tasks:\n  - {id: a, tool: echo]\nnmae: x\n",
        [(2, "yaml_syntax"), (3, "unknown_key")],
        [],
    ),
    (
        'tasks:\n  - {id: a, tool: "echo}\n  - {id: b, tool: echo}\nenv: {A: [1}\n',
        [(2, "yaml_syntax"), (4, "yaml_syntax")],
        ["b"],
    ),
]


@pytest.mark.parametrize(("text", "findings", "ids"), BROKEN, ids=range(len(BROKEN)))
def test_the_rest_is_read(text: str, findings: list[tuple[int, str]], ids: list[str]) -> None:
    reading = read(text, name="x")
    assert [(finding.span.line, finding.code) for finding in reading.diagnostics] == findings
    assert reading.document is not None
    assert [task.id for task in reading.document.walk()] == ids


def test_a_text_of_breaks_is_answered_in_time() -> None:
    text = "tasks:\n" + "  - {id: a, tool: [echo}\n" * 4000
    started = time.perf_counter()
    assert not read(text, name="x").ok
    assert time.perf_counter() - started < 2
