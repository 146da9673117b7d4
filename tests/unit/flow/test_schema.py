"""The JSON Schema is generated, committed, and says what the reader says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import jsonschema
import pytest

from agentry.base.json import Json, JsonObject
from agentry.flow.read import read
from agentry.flow.schema import flow_schema, schema_text
from agentry.flow.text import load
from agentry.flow.yamltree import to_json
from tests.unit.flow import corpus

AGENTS = 'agents:\n  w: {model: "openai:gpt-5-mini"}\n'


def test_committed_schema_is_the_generated_one() -> None:
    committed = (corpus.FOLDER.parent / "flow.schema.json").read_text("utf-8")
    assert committed == schema_text(), "run `make schemas`"


def test_schema_is_valid_draft_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(flow_schema())


def test_every_key_has_a_description() -> None:
    keys = list(_properties(flow_schema()))
    assert len(keys) > 60
    assert [name for name, key in keys if not key.get("description")] == []


REFUSED_BY_BOTH = [
    "tasks:\n  - {agent: w, inptu: x}\n",
    "tasks:\n  - {agent: w, tool: echo}\n",
    "tasks:\n  - {id: a, input: x}\n",
    "tasks:\n  - {agent: w, with: {}}\n",
    "tasks:\n  - {agent: w, timeout: 90}\n",
    "tasks:\n  - {agent: w, timeout: soon}\n",
    "tasks:\n  - {agent: w, retry: {attempts: 0}}\n",
    "tasks:\n  - {agent: w, needs: a}\n",
    "tasks:\n  - {agent: w, id: a b}\n",
    "tasks:\n  - {agent: w, on_error: ignore}\n",
    "tasks:\n  - {parallel: {do: [{agent: w}], join: some}}\n",
    "tasks:\n  - {approval: Publish}\n",
    "tasks:\n  - {approval: {to: [x]}}\n",
    "tasks: []\n",
    "nmae: x\ntasks:\n  - {agent: w}\n",
    "version: 2\ntasks:\n  - {agent: w}\n",
    "budget: {tokens: many}\ntasks:\n  - {agent: w}\n",
    "inputs: {a: {type: text}}\ntasks:\n  - {agent: w}\n",
]


@pytest.mark.parametrize("text", REFUSED_BY_BOTH)
def test_schema_refuses_what_the_reader_refuses(text: str) -> None:
    root = load(AGENTS + text).root
    assert root is not None
    validator = jsonschema.Draft202012Validator(flow_schema())
    assert not validator.is_valid(to_json(root))  # pyright: ignore[reportUnknownMemberType]  # no types in the library
    assert not read(AGENTS + text, name="x").ok


def _properties(schema: Json) -> Iterator[tuple[str, JsonObject]]:
    """Yield every key that the schema knows, with its own schema."""
    if isinstance(schema, list):
        for part in schema:
            yield from _properties(part)
    if not isinstance(schema, dict):
        return
    inner = schema.get("properties")
    for name, part in inner.items() if isinstance(inner, dict) else ():
        # `then` only adds conditions to keys that are described above it.
        if part != {"additionalProperties": {"required": ["model"]}}:
            yield name, cast("JsonObject", part)
        yield from _properties(part)
    for name, part in schema.items():
        if name != "properties":
            yield from _properties(part)
