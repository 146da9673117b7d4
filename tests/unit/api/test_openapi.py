"""The OpenAPI document is the committed one, and exact enough to generate a client from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from agentry.api.openapi import document

COMMITTED = Path(__file__).parents[3] / "schemas" / "openapi.json"


def operations() -> list[dict[str, Any]]:
    paths = json.loads(document())["paths"].values()
    return [operation for methods in paths for operation in methods.values()]


def test_the_committed_document_is_fresh() -> None:
    assert COMMITTED.read_text() == document(), "run: make schemas types"


def test_every_operation_has_a_name_a_place_and_a_typed_answer() -> None:
    names = [operation["operationId"] for operation in operations()]
    assert len(set(names)) == len(names)
    for operation in operations():
        assert operation["operationId"].isidentifier()
        assert len(operation["tags"]) == 1
        good = next(answer for code, answer in operation["responses"].items() if code < "300")
        assert "content" in good, operation["operationId"]


def test_every_refusal_is_a_problem_body() -> None:
    schemas = json.loads(document())["components"]["schemas"]
    for operation in operations():
        for code, answer in operation["responses"].items():
            if code >= "400":
                schema = answer["content"]["application/json"]["schema"]
                for view in schema.get("oneOf", [schema]):
                    name = view["$ref"].rpartition("/")[2]
                    assert {"error", "detail", "hint"} <= set(schemas[name]["required"])


def test_every_field_of_every_answer_is_required() -> None:
    schemas = json.loads(document())["components"]["schemas"]
    answers = _named_in([operation["responses"] for operation in operations()], schemas)
    assert "RunSummary" in answers
    for name in answers:
        schema = schemas[name]
        if "properties" in schema:
            assert set(schema["properties"]) == set(schema.get("required", [])), name


def _named_in(value: Any, schemas: dict[str, Any]) -> set[str]:
    """Return the names of all schemas that `value` refers to, by whatever way."""
    found: set[str] = set()
    open_names = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(value)))
    while open_names:
        name = open_names.pop()
        found.add(name)
        text = json.dumps(schemas[name])
        open_names |= set(re.findall(r"#/components/schemas/(\w+)", text)) - found
    return found
