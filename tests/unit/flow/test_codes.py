"""Every code is in the table, is shown by a flow, and is told on the reference page."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from agentry.flow.codes import Code, Entry, entries, reference
from agentry.flow.include import Texts
from agentry.flow.read import read
from agentry.flow.text import MAX_LETTERS
from tests.unit.flow import corpus

TABLE = entries()
SHOWN = [entry for entry in TABLE.values() if entry.wrong]
TOO_LONG_TO_SHOW = {
    "too_large": "#" * (MAX_LETTERS + 1),
    "too_deep": "x-a: " + "[" * 101 + "]" * 101,
    "too_many_values": "".join(
        f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else '1'] * 10)}]\n" for n in range(8)
    ),
}


def _codes(entry: Entry, text: str) -> list[str]:
    findings = read(text, name="x", loader=corpus.FILES).diagnostics
    assert all(finding.severity == TABLE[finding.code].severity for finding in findings)
    return [finding.code for finding in findings]


def test_every_code_is_in_the_table_once() -> None:
    assert sorted(TABLE) == sorted(get_args(Code))
    assert {entry.code for entry in TABLE.values() if not entry.wrong} == set(TOO_LONG_TO_SHOW)


@pytest.mark.parametrize("entry", SHOWN, ids=lambda entry: entry.code)
def test_the_wrong_flow_has_only_its_finding(entry: Entry) -> None:
    # Triggers are checked before anything acts on them.
    assert set(_codes(entry, entry.wrong)) - {"not_used_yet"} == {entry.code} - {"not_used_yet"}


@pytest.mark.parametrize("entry", SHOWN, ids=lambda entry: entry.code)
def test_the_right_flow_has_no_finding_of_weight(entry: Entry) -> None:
    assert set(_codes(entry, entry.right)) <= {"not_used_yet"} - {entry.code}


@pytest.mark.parametrize("code", TOO_LONG_TO_SHOW)
def test_a_code_too_long_to_show_is_found(code: str) -> None:
    assert code in [finding.code for finding in read(TOO_LONG_TO_SHOW[code], name="x").diagnostics]


def test_the_reference_page_is_the_table() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "diagnostics.md"
    assert page.read_text("utf-8") == reference(), "run `python -m agentry.flow.codes`"


def test_the_examples_are_in_the_corpus() -> None:
    written = {case: corpus.text_of(case) for case in corpus.examples()}
    assert written == corpus.examples()


def test_every_code_of_the_corpus_is_in_the_table() -> None:
    found = {str(finding["code"]) for case in corpus.CASES for finding in corpus.findings_of(case)}
    assert found <= set(TABLE)
    assert set(TABLE) - found <= {"too_large", "too_deep"}


def test_a_loader_is_not_needed_to_read_what_includes_nothing() -> None:
    assert read("tasks:\n  - tool: echo\n", name="x", loader=Texts({})).ok
