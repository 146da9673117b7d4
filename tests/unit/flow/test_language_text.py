"""Every example of the language text is a flow without mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentry.flow.include import Texts
from agentry.flow.read import read
from tests.unit.flow import corpus

WHOLE = (Path(__file__).parents[3] / "design" / "flow_dsl.md").read_text("utf-8")
# Those of every key are run: tests/integration/engine/test_language.py.
TEXT = WHOLE.partition("## Every key, by example")[0]
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
AGENTS = 'agents:\n  critic: {model: "openai:gpt-5-mini"}\n'


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 9


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_reads_without_errors(example: str) -> None:
    # Parts of a flow are shown without what goes around them.
    files = corpus.FILES
    if example.startswith("# roles/"):
        files, example = Texts({"role.yaml": example}), "include: [role.yaml]\n"
    if "tasks:" not in example:
        example += "tasks:\n  - tool: echo\n"
    if "agent:" in example and "agents:" not in example and "include" not in example:
        example = AGENTS + example
    if "flow: research/deep" in example:
        child = "inputs: {topic: {type: string}}\ntasks:\n  - tool: echo\n"
        files = Texts({"research/deep.agentry.flow.yaml": child})
    if "inputs.path" in example:
        example = "inputs: {path: {type: string}}\n" + example
    findings = read(example, name="x", loader=files).diagnostics
    assert [finding for finding in findings if finding.severity == "error"] == []
