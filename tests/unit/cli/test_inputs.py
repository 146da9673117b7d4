"""`-i key=value` becomes the value that the flow's schema asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.base.json import Json, JsonObject
from agentry.cli.console import WrongUse
from agentry.cli.inputs import ask_missing, given_inputs

SCHEMAS: dict[str, JsonObject] = {
    "who": {"type": "string"},
    "repo": {"type": "string", "format": "folder"},
    "n": {"type": "integer"},
    "list": {"type": "array"},
    "either": {"type": ["string", "integer"]},
    "free": {},
    "colour": {"enum": ["1", "2"]},
    "set": {"type": "string", "default": "x"},
}


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("who=5", "5"),
        ("who=a=b", "a=b"),
        ("who=", ""),
        ("who=@@home", "@home"),
        ("n=5", 5),
        ('list=["a", 1]', ["a", 1]),
        ("either=5", 5),
        ("either=five", "five"),
        ("free=true", True),
        ("free=tru", "tru"),
        ("colour=1", "1"),
    ],
)
def test_a_value_has_the_type_of_its_schema(pair: str, value: Json) -> None:
    assert given_inputs([pair], SCHEMAS) == {pair.partition("=")[0]: value}


def test_a_folder_is_relative_to_where_the_command_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert given_inputs(["repo=sub"], SCHEMAS) == {"repo": str(tmp_path / "sub")}
    assert given_inputs(["repo=/abs"], SCHEMAS) == {"repo": "/abs"}


def test_at_reads_a_file(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1, 2]")
    assert given_inputs([f"list=@{tmp_path}/list.json"], SCHEMAS) == {"list": [1, 2]}
    with pytest.raises(WrongUse, match="for input 'who' cannot be read: No such file"):
        given_inputs([f"who=@{tmp_path}/none"], SCHEMAS)


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("who", "'who' is no input"),
        ("=x", "'=x' is no input"),
        ("whom=x", "no input 'whom'"),
        ("n=five", "'n' must be integer; 'five' is none"),
    ],
)
def test_a_mistake_is_a_sentence(pair: str, sentence: str) -> None:
    with pytest.raises(WrongUse, match=sentence):
        given_inputs([pair], SCHEMAS)


def test_what_is_missing_is_named_where_nobody_can_be_asked() -> None:
    schemas: dict[str, JsonObject] = {name: SCHEMAS[name] for name in ("who", "n", "set")}
    assert ask_missing({"who": "a", "n": 1}, schemas) == {"who": "a", "n": 1}
    with pytest.raises(WrongUse, match="Inputs 'who', 'n' are missing") as caught:
        ask_missing({}, schemas)
    assert caught.value.hint == "Give -i who=… -i n=…."
