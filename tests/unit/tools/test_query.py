"""json_query finds a value by pointer or path, and says what was missing."""

from __future__ import annotations

import pytest

from agentry.base.json import Json
from agentry.tools.query import QueryFailed, find, read_data

DATA: Json = {"a": [{"b": 1}, {"b": None}], "x/y": {"~": 2}, "": 3, "k.k": {"]": 4}, "0": "zero"}


@pytest.mark.parametrize(
    ("query", "value"),
    [
        *[(whole, DATA) for whole in ("", "$", ".")],
        ("a[0].b", 1),
        ("$.a[0].b", 1),
        ("a[-1].b", None),
        ("a.0.b", 1),
        ("/a/0/b", 1),
        ("/x~1y/~0", 2),
        ("/", 3),
        ("['k.k'][']']", 4),
        ("0", "zero"),
    ],
)
def test_what_is_there_is_found(query: str, value: Json) -> None:
    assert find(DATA, query) == value


@pytest.mark.parametrize("query", ["b", "a[2]", "a[-3]", "a.b", "a[0].b.c", "/a/x", "/a/-", "a[٣]"])
def test_what_is_not_there_is_said(query: str) -> None:
    with pytest.raises(QueryFailed, match=r"Nothing is at|cannot be read"):
        find(DATA, query)


@pytest.mark.parametrize("query", ["a[", "a[x]", "a..b", "a]", "$..b[?(@.x)]"])
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(QueryFailed, match="cannot be read"):
        find(DATA, query)


def test_text_is_read_as_json_and_nothing_else_is() -> None:
    assert read_data(' {"a": [1]} ') == {"a": [1]}
    assert read_data({"a": "[1]"}) == {"a": "[1]"}
    with pytest.raises(QueryFailed, match="no JSON"):
        read_data("{a: 1}")
