"""Nothing of the host is in reach of an expression, and none takes long."""

from __future__ import annotations

import json
import time
from typing import cast

import pytest

from agentry.base.json import Json, JsonObject
from agentry.flow.expr import ExpressionError, evaluate, resolve
from tests.unit.flow import corpus, expressions

ESCAPES = cast(
    "dict[str, list[JsonObject]]", json.loads((corpus.FOLDER / "escapes.json").read_text("utf-8"))
)
SCOPE = cast("JsonObject", ESCAPES["scope"])
CASES = [*ESCAPES["expressions"], *ESCAPES["templates"]]


def _compute(case: JsonObject) -> Json:
    if "expr" in case:
        return evaluate(str(case["expr"]), SCOPE)
    return resolve(case["template"], SCOPE)


def test_escapes_are_many_and_none_stands_twice() -> None:
    sources = [json.dumps([case.get("expr"), case.get("template")]) for case in CASES]
    assert len(sources) >= 60
    assert len(set(sources)) == len(sources)


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.get("expr", ""))[:40])
def test_no_escape_reaches_the_host(case: JsonObject) -> None:
    started = time.process_time()
    if "error" in case:
        with pytest.raises(ExpressionError):
            _compute(case)
    else:
        assert json.dumps(_compute(case)) == json.dumps(case["value"])
    # Milliseconds on an idle machine.
    assert time.process_time() - started < 1


def test_expressions_of_the_corpus_are_those_of_the_lists() -> None:
    held = cast("dict[str, list[JsonObject]]", json.loads(expressions.FILE.read_text("utf-8")))
    assert held == expressions.written()
    for kind, key in (("expressions", "expr"), ("templates", "template")):
        sources = [json.dumps(case[key]) for case in held[kind]]
        assert len(set(sources)) == len(sources)
    assert len(held["expressions"]) >= 300
