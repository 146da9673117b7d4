"""YAML 1.2 core over the C parser: values, places, caps."""

from __future__ import annotations

import time

import pytest

from agentry.base.json import Json
from agentry.flow.text import MAX_LETTERS, load
from agentry.flow.yamltree import Yaml, YamlMap, YamlScalar, to_json

CORE: list[tuple[str, Json]] = [
    ("on", "on"),
    ("off", "off"),
    ("yes", "yes"),
    ("no", "no"),
    ("y", "y"),
    ("true", True),
    ("False", False),
    ("tRUE", "tRUE"),
    ("~", None),
    ("null", None),
    ("nUll", "nUll"),
    ("", None),
    ("010", 10),
    ("0o17", 15),
    ("0xFF", 255),
    ("0b11", "0b11"),
    ("1:30", "1:30"),
    ("1e3", 1000.0),
    ("1.", 1.0),
    (".5", 0.5),
    ("+7", 7),
    ("-0", 0),
    ("1_000", "1_000"),
    ("2001-01-01", "2001-01-01"),
    ("2001-01-01T10:00:00Z", "2001-01-01T10:00:00Z"),
    ("'010'", "010"),
    ('"\\u00e9\\x41"', "éA"),
    ("!!str 010", "010"),
    ("!!float 1", 1.0),
    ("=", "="),
    ("<<", "<<"),
    ("1.2.3", "1.2.3"),
]


@pytest.mark.parametrize(("written", "value"), CORE)
def test_scalars_follow_the_core_schema(written: str, value: Json) -> None:
    loaded = load(f"v: {written}\n")
    assert loaded.root is not None
    found = to_json(loaded.root)
    assert found == {"v": value}
    assert isinstance(found, dict)
    assert type(found["v"]) is type(value)
    assert not loaded.diagnostics


def test_keys_are_text_as_written() -> None:
    loaded = load("on: 1\n010: 2\n~: 3\ntrue: 4\n1:30: 5\n")
    assert loaded.root is not None
    assert to_json(loaded.root) == {"on": 1, "010": 2, "~": 3, "true": 4, "1:30": 5}


PLACES = [
    ("v: word  # c\n", (1, 4, 1, 8)),
    ("v: two\n  lines # c\n", (1, 4, 2, 8)),
    ('v: "q"   # c\n', (1, 4, 1, 7)),
    ("v: |  # c\n  text\n\n\n# c\n", (1, 4, 2, 7)),
    ("v: |\n# c\n", (1, 4, 1, 5)),
    ("v: [a, b] # c\n", (1, 4, 1, 10)),
    ("v:\n  - a\n  - b\n  # c\n", (2, 3, 3, 6)),
    ("v:\n  k: w\n  # c\n\n", (2, 3, 2, 7)),
    ("v: &a word\n", (1, 7, 1, 11)),
    ("v: 🚀🚀 x\n", (1, 4, 1, 8)),
    ("v:\r\n  k: |\r\n    x\r\n\r\n# c\r\n", (2, 3, 3, 6)),
]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_a_value_ends_at_its_last_letter(text: str, place: tuple[int, int, int, int]) -> None:
    span = _value(text).span
    assert (span.line, span.column, span.end_line, span.end_column) == place


def test_an_alias_gives_the_value_that_it_names() -> None:
    loaded = load("a: &x {k: [1]}\nb: *x\n")
    assert loaded.root is not None
    assert to_json(loaded.root) == {"a": {"k": [1]}, "b": {"k": [1]}}


REFUSED = [
    ("[" * 100_000, "too_deep"),
    ("- " * 100_000, "too_deep"),
    ("{a: " * 100_000, "too_deep"),
    ("a: &x [*x]", "alias_cycle"),
    ("a" * (MAX_LETTERS + 1), "too_large"),
    ("a: \0", "bad_letter"),
    ("a: \ud800", "bad_letter"),
    ("a: \x85", "bad_letter"),
    ("a: 1\rb: 2", "bad_letter"),
    ("a: 1\n\ufeffb: 2", "bad_letter"),
    ("%YAML 2.0\n---\na: 1\n", "yaml_syntax"),
    ("a: 1\n--- \nb: 1\n", "second_document"),
    ("a: 'open", "yaml_syntax"),
]


@pytest.mark.parametrize(
    ("text", "code"), REFUSED, ids=[f"{code}-{text[:8]!r}" for text, code in REFUSED]
)
def test_a_hostile_text_is_refused_at_once(text: str, code: str) -> None:
    # The processor's own time: a busy machine must not decide.
    started = time.process_time()
    loaded = load(text)
    assert loaded.root is None
    assert [finding.code for finding in loaded.diagnostics] == [code]
    assert time.process_time() - started < 2


def test_a_billion_laughs_are_refused() -> None:
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(
        f"{name}: &{name} [{', '.join([f'*{above}'] * 10)}]\n"
        for above, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    loaded = load(text)
    assert loaded.root is None
    assert [finding.code for finding in loaded.diagnostics] == ["too_many_values"]


def test_aliases_count_towards_the_depth() -> None:
    lists = "[" * 60 + "]" * 60
    text = f"a: &a {lists}\nb: {'[' * 60}*a{']' * 60}\n"
    assert [finding.code for finding in load(text).diagnostics] == ["too_deep"]


def test_a_tag_never_runs_anything() -> None:
    loaded = load("a: !!python/object/apply:os.system [exit 1]\n")
    assert [finding.code for finding in loaded.diagnostics] == ["unknown_tag"]


def _value(text: str) -> Yaml:
    root = load(text).root
    assert isinstance(root, YamlMap)
    value = root.get("v")
    assert value is not None
    assert isinstance(value, YamlScalar) or value.size
    return value
