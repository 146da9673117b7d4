"""Expressions: caps, sentences, references. Values are in the corpus."""

from __future__ import annotations

import pytest

from agentry.base.json import Json, JsonObject
from agentry.flow.expr import (
    ExpressionError,
    ExpressionSyntaxError,
    as_text,
    check,
    evaluate,
    holds,
    references,
    resolve,
)
from agentry.flow.template import fill

SCOPE: JsonObject = {
    "inputs": {"n": 1, "text": "x", "many": list(range(1500)), "some": list(range(250))},
    "tasks": {"plan": {"output": {"text": "t"}, "status": "completed", "error": None}},
}

SENTENCES = [
    ("tasks.plan.outptu", "tasks.plan has no member 'outptu'; did you mean 'output'?"),
    ("tasks.plan.outptu == 1", "tasks.plan has no member 'outptu'; did you mean 'output'?"),
    ("tasks.missing.output", "tasks has no member 'missing'; it has plan."),
    ("inputs.n.deeper > 1", "inputs.n is 1 and has no member 'deeper'."),
    ("inputs.some[999]", "inputs.some has 250 items, so [999] is not there."),
    ("1 + 0.5", "write int(x), double(x) or string(x)"),
    ("int('x')", "int(): invalid digit found in string."),
    ("inputs.some.join()", "join(): it takes a list of texts."),
    ("lengt('x')", "There is no function lengt()."),
    ("inputs.text.startWith('x')", "did you mean startsWith()?"),
    ("inputs.many.map(x, x)", "may walk over 1000 values here; this has 1500."),
    ("inputs.some.map(x, inputs.some.map(y, x))", "may walk over 200 values here; this has 250."),
    ("1" + " + 1" * 600, "An expression may have 2048 letters; this has 2401."),
    ("(" * 25 + "1" + ")" * 25, "Brackets may be nested 24 deep."),
    ("1 / 0", "This divides by zero."),
]


@pytest.mark.parametrize(
    ("source", "sentence"), SENTENCES, ids=[case[0][:30] for case in SENTENCES]
)
def test_a_failure_says_what_is_wrong(source: str, sentence: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(source, SCOPE)
    assert sentence in caught.value.detail
    assert caught.value.code == "expression_failed"


def test_a_syntax_error_points_at_its_letter() -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        check("size(x) +\n  ? 1")
    assert caught.value.at == len("size(x) +\n  ")


def test_reading_one_value_is_not_capped() -> None:
    assert evaluate("inputs.many", SCOPE) == list(range(1500))


def test_the_slowest_allowed_expression_ends() -> None:
    scope: JsonObject = {"inputs": {"xs": list(range(200))}}
    value = evaluate("inputs.xs.map(x, inputs.xs.map(y, x * y))", scope)
    assert isinstance(value, list)
    assert len(value) == 200


def test_text_cannot_grow_without_end() -> None:
    source = "+".join(["inputs.text"] * 150)
    with pytest.raises(ExpressionError, match="An expression may read"):
        evaluate(source, {"inputs": {"text": "x" * 100_000}})


@pytest.mark.parametrize(("source", "held"), [("inputs.n == 1", True), ("inputs.n > 1", False)])
def test_a_condition_holds_or_not(source: str, *, held: bool) -> None:
    assert holds(source, SCOPE) is held


def test_a_condition_must_be_true_or_false() -> None:
    with pytest.raises(ExpressionError, match=r"must give true or false; this gives 1\."):
        holds("inputs.n", SCOPE)


READS: list[tuple[Json, set[tuple[str, ...]]]] = [
    ("tasks.plan.output", {("tasks", "plan", "output")}),
    ("tasks['my-id'].output.items[0].x", {("tasks", "my-id", "output", "items", "0", "x")}),
    ("inputs.xs[inputs.n].y", {("inputs", "xs"), ("inputs", "n")}),
    ("inputs.xs.map(x, x.name + env.A)", {("inputs", "xs"), ("env", "A")}),
    ("inputs.xs.filter(x, x > 1).map(x, x)", {("inputs", "xs")}),
    ("inputs.text.startsWith('tasks.a')", {("inputs", "text")}),
    ("has(inputs.a.b) && true", {("inputs", "a", "b")}),
    ("'inputs.a' + \"inputs.b\" // inputs.c", set()),
    ("a ${{ inputs.a }} b ${{ inputs.b }}", {("inputs", "a"), ("inputs", "b")}),
    ({"k": ["${{ inputs.a }}", "inputs.b", 1, None]}, {("inputs", "a")}),
    ("1 +", set()),
    (None, set()),
]


@pytest.mark.parametrize(("value", "read"), READS, ids=[repr(case[0])[:30] for case in READS])
def test_references_are_what_an_expression_reads(value: Json, read: set[tuple[str, ...]]) -> None:
    assert references(value) == read


def test_resolving_leaves_the_given_value_as_it_was() -> None:
    value: Json = {"a": ["${{ inputs.n }}"]}
    assert resolve(value, SCOPE) == {"a": [1]}
    assert value == {"a": ["${{ inputs.n }}"]}


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (1, "1"), (2.0, "2"), (2.5, "2.5"), (None, "null"), ({"a": [1.0]}, '{"a":[1]}')],
)
def test_values_in_a_text_are_compact_json(value: Json, text: str) -> None:
    assert as_text(value) == text


def test_the_older_form_takes_variables_and_leaves_the_rest() -> None:
    text = "{{team}} and {{ team }}, not {{other}} or ${{ team }}"
    assert fill(text, {"team": "blue"}) == "blue and blue, not {{other}} or ${{ team }}"


def test_a_computed_object_has_its_keys_in_order() -> None:
    source = "{'c': 1, 'a': {'z': 1, 'y': 2}, 'b': 3, 'd': 4, 'e': 5, 'f': 6}"
    text = '{"a":{"y":2,"z":1},"b":3,"c":1,"d":4,"e":5,"f":6}'
    assert as_text(evaluate(source, {})) == text


def test_the_word_size_in_a_text_stays() -> None:
    assert evaluate("'size(x)' + string(size('é'))", {}) == "size(x)1"


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("loop.index", 1),
        ("loop.index + 1", 2),
        ("loop['item'].name == 'a' && loop.index < size(loop.item.name) + 1", True),
        ("[1].map(x, x + loop.index)", [2]),
    ],
)
def test_a_loop_can_be_read_although_cel_keeps_the_word(source: str, value: object) -> None:
    assert evaluate(source, {"loop": {"index": 1, "item": {"name": "a"}}}) == value
