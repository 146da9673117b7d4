"""The corpus is what the reader gives, to the letter."""

from __future__ import annotations

import json
from typing import cast

import jsonschema
import pytest

from agentry.base.json import Json, JsonObject
from agentry.flow.expr import ExpressionError, evaluate, resolve
from agentry.flow.text import load
from agentry.flow.yamltree import to_json
from tests.unit.flow import corpus

EXPRESSIONS = cast(
    "dict[str, list[JsonObject]]",
    json.loads((corpus.FOLDER / "expressions.json").read_text("utf-8")),
)
SCOPE = cast("JsonObject", EXPRESSIONS["scope"])
SCHEMA = cast(
    "JsonObject", json.loads((corpus.FOLDER.parent / "flow.schema.json").read_text("utf-8"))
)


def test_corpus_is_large_enough() -> None:
    assert len(corpus.CASES) >= 150
    assert len(corpus.BROKEN) >= 80
    assert len(EXPRESSIONS["expressions"]) >= 40


@pytest.mark.parametrize("case", corpus.CASES)
def test_findings_are_those_of_the_corpus(case: str) -> None:
    assert corpus.findings_of(case) == corpus.expected(case, "diagnostics")


@pytest.mark.parametrize("case", corpus.CASES)
def test_graph_is_that_of_the_corpus(case: str) -> None:
    assert corpus.graph_of(case) == corpus.expected(case, "graph")


@pytest.mark.parametrize("case", corpus.CASES)
def test_only_broken_flows_have_errors(case: str) -> None:
    assert corpus.reading_of(case).ok == (case in corpus.GOOD)


@pytest.mark.parametrize("case", corpus.CASES)
def test_every_finding_points_into_the_text(case: str) -> None:
    lines = corpus.text_of(case).split("\n")
    for finding in corpus.reading_of(case).diagnostics:
        spans = [finding.span] + ([finding.fix.span] if finding.fix else [])
        for span in spans:
            assert 1 <= span.line <= span.end_line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1]) + 1
            assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
            assert (span.line, span.column) <= (span.end_line, span.end_column)


@pytest.mark.parametrize("case", corpus.GOOD)
def test_good_flows_fit_the_schema(case: str) -> None:
    root = load(corpus.text_of(case)).root
    assert root is not None
    jsonschema.Draft202012Validator(SCHEMA).validate(to_json(root))  # pyright: ignore[reportUnknownMemberType]  # no types in the library


@pytest.mark.parametrize(
    "case", EXPRESSIONS["expressions"], ids=lambda case: repr(case["expr"])[:40]
)
def test_expression_gives_the_value_of_the_corpus(case: JsonObject) -> None:
    assert _outcome(case, evaluate(str(case["expr"]), SCOPE) if "value" in case else None)
    if "error" in case:
        with pytest.raises(ExpressionError):
            evaluate(str(case["expr"]), SCOPE)


@pytest.mark.parametrize(
    "case", EXPRESSIONS["templates"], ids=lambda case: repr(case["template"])[:40]
)
def test_template_gives_the_value_of_the_corpus(case: JsonObject) -> None:
    assert _outcome(case, resolve(case["template"], SCOPE) if "value" in case else None)
    if "error" in case:
        with pytest.raises(ExpressionError):
            resolve(case["template"], SCOPE)


def _outcome(case: JsonObject, value: Json) -> bool:
    """Compare as JSON, so that true is not taken for 1."""
    return "error" in case or json.dumps(value) == json.dumps(case["value"])
