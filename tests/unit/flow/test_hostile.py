"""Reading answers every text, and does nothing else."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentry.flow.expr import ExpressionError, evaluate, resolve
from agentry.flow.graph import build
from agentry.flow.read import Reading, read
from tests.unit.flow import corpus

TEXTS = [corpus.text_of(case) for case in corpus.CASES]
PIECES = [
    *("\n", "  ", "\t", ": ", "- ", "{", "}", "[", "]", "'", '"', "|\n", ">\n", "&a ", "*a", "!x "),
    *(
        "#",
        "---\n",
        "${{ ",
        " }}",
        "tasks",
        "tasks:\n",
        "id: ",
        "agent: ",
        "sequential:\n",
        "parallel:",
    ),
    *("needs: [", "null", "1e999", ".nan", "\0", "\ufeff", "\u2028", "\r", "🚀", "x" * 300, "if: "),
    *(
        "inputs.",
        "tasks.a.output",
        "'${{",
        "models:\n",
        "first_of: [",
        "<<: *a\n",
        "? ",
        "%YAML 1.1\n",
    ),
    *(
        "condition: {if: a, then: [",
        "cases:\n",
        "loop: {times: 2, do: [",
        "while: ",
        "on_error:\n",
        "loop.item",
        "include: [",
        "presets: [files/templates/base.yaml]\n",
        "on: {schedule: [",
        "wait: {until: ",
        "flow: x\n",
        "%/é@#",
    ),
]


def answers(text: str) -> Reading:
    """Read, and draw where there is a document; nothing may raise."""
    reading = read(text, name="x", loader=corpus.FILES)
    if reading.document is not None:
        build(reading.document).to_json()
    assert reading.ok or reading.diagnostics
    return reading


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    answers(text)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_mixture_of_marks_is_answered(text: str) -> None:
    answers(text)


@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(["", *PIECES])),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=250, deadline=None)
def test_any_damage_to_a_flow_is_answered(text: str, damages: list[tuple[float, int, str]]) -> None:
    for place, length, piece in damages:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    answers(text)


@given(st.lists(st.sampled_from([*PIECES, "(", ")", ".map(x, ", "+", "?", "==", "1"]), max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_expression_gives_a_value_or_a_sentence(pieces: list[str]) -> None:
    source = "".join(pieces)
    for compute in (lambda: evaluate(source, {"a": 1}), lambda: resolve(source, {"a": 1})):
        with contextlib.suppress(ExpressionError):
            compute()


def _many(line: str, count: int, head: str = "tasks:\n") -> str:
    return head + "".join(line.replace("<n>", str(n)) for n in range(count))


LARGE = {
    "deep": "[" * 1_000_000,
    "nul": "\0" * 1_000_000,
    "quotes": '"' * 500_000,
    "dashes": "- " * 250_000,
    "indents": "".join(" " * n + "a:\n" for n in range(900)),
    "open brackets": _many("  - {id: a, tool: [echo\n", 4_000),
    "open keys": _many("k<n>: [\n", 15_000, ""),
    "a scalar": "name: |\n  " + "x" * 500_000 + "\n",
    "holes": "name: '" + "${{ a }}" * 60_000 + "'\n",
    "open holes": "tasks:\n  - {tool: echo, with: {a: '" + "${{ " * 100_000 + "'}}\n",
    "tasks": _many("  - {id: t<n>, tool: echo}\n", 8_000),
    "slips": _many("  - {id: t<n>, agent: wriier, wiht: 1}\n", 5_000),
    "a circle": _many(
        "  - {id: t<n>, tool: echo}\n", 5_000, "tasks:\n  - {tool: echo, needs: [t9]}\n"
    ),
    "privileged": _many(
        "  - approval: {ask: x}\n    needs: []\n  - {tool: d, needs: []}\n",
        3_000,
        "tools: {d: {privileged: true}}\ntasks:\n",
    ),
    "cases": _many(
        "        c<n>: [{tool: echo, with: {a: '${{ tasks.x<n>.output }}'}}]\n",
        4_000,
        "tasks:\n  - condition:\n      on: run.id\n      cases:\n",
    ),
    "time zones": _many("    - {cron: x, timezone: Europe/Berl<n>}\n", 8_000, "on:\n  schedule:\n"),
}


@pytest.mark.parametrize("case", LARGE)
def test_any_large_text_is_answered_in_time(case: str) -> None:
    assert len(LARGE[case]) <= 1024 * 1024
    started = time.process_time()
    answers(LARGE[case])
    # A second at most on an idle machine; work on the same cores slows every instruction down.
    assert time.process_time() - started < 4


@pytest.mark.integration
def test_reading_opens_runs_and_connects_nothing() -> None:
    program = """
import sys
from agentry.flow.graph import build
from agentry.flow.read import read
from tests.unit.flow import corpus
texts = [corpus.text_of(case) for case in corpus.CASES]
read(texts[0], name="x")
seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)))
for text in texts:
    document = read(text, name="x", loader=corpus.FILES).document
    if document is not None:
        build(document).to_json()
bad = [found for found in seen if found[0].split(".")[0] in
       {"open", "exec", "import", "socket", "subprocess", "os", "ctypes", "shutil", "urllib"}]
print(bad)
"""
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env={"PYTHONPATH": f"{root / 'backend'}:{root}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
