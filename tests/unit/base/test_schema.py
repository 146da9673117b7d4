"""What does not fit is one sentence; nothing is ever fetched."""

from __future__ import annotations

import pytest

from agentry.base.json import Json, JsonObject
from agentry.base.schema import misfit

OBJECT: JsonObject = {
    "type": "object",
    "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}},
    "required": ["a"],
}


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        ({"type": "integer"}, 3, None),
        ({"type": "integer"}, "x", "'x' is not of type 'integer'."),
        (OBJECT, {"a": {"b": 1}}, "a/b: 1 is not of type 'string'."),
        (OBJECT, {}, "'a' is a required property."),
        ({"$ref": "http://127.0.0.1:9/x"}, 1, "The schema itself cannot be read: it refers to"),
        ({"type": "nothing"}, 1, "The schema itself cannot be read: 'nothing'"),
    ],
)
def test_a_misfit_is_one_sentence(schema: JsonObject, value: Json, said: str | None) -> None:
    found = misfit(schema, value)
    assert found == said if said is None or found == said else (found or "").startswith(said)
