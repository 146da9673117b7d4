"""Fixes that are offered mend what they are offered for."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from agentry.flow.diagnostics import Diagnostic, Fix
from agentry.flow.read import read
from tests.unit.flow import corpus


def _apply(text: str, fix: Fix) -> str:
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    start = starts[fix.span.line - 1] + fix.span.column - 1
    end = starts[fix.span.end_line - 1] + fix.span.end_column - 1
    return text[:start] + fix.text + text[end:]


@pytest.mark.parametrize("case", corpus.CASES)
def test_every_fix_takes_its_finding_away(case: str) -> None:
    text = corpus.text_of(case)
    findings = corpus.reading_of(case).diagnostics
    for finding in findings:
        if finding.fix is None:
            continue
        mended = read(_apply(text, finding.fix), name=case, loader=corpus.FILES).diagnostics
        assert all(
            (left.code, left.message, left.span) != (finding.code, finding.message, finding.span)
            for left in mended
        ), f"{finding.fix.title} at {finding.span} changed nothing"
        assert _breaks(mended) <= _breaks(findings)


def _breaks(findings: Iterable[Diagnostic]) -> int:
    return sum(finding.code == "yaml_syntax" for finding in findings)


AGENTS = 'agents:\n  writer: {model: "openai:gpt-5-mini"}\n'
FIXES = [
    ("tasks:\n  - {agent: writr}\n", "Use writer", "tasks:\n  - {agent: writer}\n"),
    (
        "tasks:\n  - {agent: writer, timeout: 90}\n",
        "Use 90s",
        "tasks:\n  - {agent: writer, timeout: 90s}\n",
    ),
    (
        "tasks:\n  - {id: one, agent: writer}\n  - agent: writer\n    needs: one\n",
        "Use [one]",
        "tasks:\n  - {id: one, agent: writer}\n  - agent: writer\n    needs: [one]\n",
    ),
    (
        "tasks:\n  - {agent: writer}\n  - tool: shell\n    with: {command: ls}\n",
        "Add timeout: 10m",
        "tasks:\n  - {agent: writer}\n  - tool: shell\n    timeout: 10m\n    with: {command: ls}\n",
    ),
    (
        "tasks:\n  - {agent: writer}\n  - {tool: shell, with: {command: ls}}\n",
        "Add timeout: 10m",
        "tasks:\n  - {agent: writer}\n  - {tool: shell, timeout: 10m, with: {command: ls}}\n",
    ),
    (
        "tasks:\n  - {id: a-b, agent: writer}\n"
        '  - {agent: writer, input: "${{ tasks.a-b.output }}"}\n',
        "Use ['a-b']",
        "tasks:\n  - {id: a-b, agent: writer}\n"
        "  - {agent: writer, input: \"${{ tasks['a-b'].output }}\"}\n",
    ),
    (
        "tasks:\n  - {id: plan, agent: writer}\n  - agent: writer\n    input: |\n"
        "      One ${{ 1 }} and\n      ${{ tasks.plam.output }}\n",
        "Use plan",
        "tasks:\n  - {id: plan, agent: writer}\n  - agent: writer\n    input: |\n"
        "      One ${{ 1 }} and\n      ${{ tasks.plan.output }}\n",
    ),
]


@pytest.mark.parametrize(("text", "title", "mended"), FIXES, ids=[fix[1] for fix in FIXES])
def test_a_fix_changes_only_its_letters(text: str, title: str, mended: str) -> None:
    fixes = [finding.fix for finding in read(AGENTS + text, name="x").diagnostics if finding.fix]
    assert [fix.title for fix in fixes] == [title]
    assert _apply(AGENTS + text, fixes[0]) == AGENTS + mended
    assert not read(AGENTS + mended, name="x").diagnostics
