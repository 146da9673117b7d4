"""`flow.schema.json`: the tables of keys as JSON Schema, for completion in editors."""

from __future__ import annotations

import json
import sys
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.flow.document import KINDS
from agentry.flow.jsonschema import TYPES
from agentry.flow.keys import AGENT, FLOW
from agentry.flow.shapes import NAME_PATTERN, described
from agentry.flow.taskkeys import COMMON_TASK_KEYS, KIND_FIELDS, KIND_SAYS, KIND_SIBLINGS

_TASKS: JsonObject = {"$ref": "#/$defs/tasks"}


def flow_schema() -> JsonObject:
    """Return the JSON Schema (draft 2020-12) of a flow file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "flow.schema.json",
        "title": "Agentry flow",
        "description": "One flow: what it is given, who works, on what, and what it returns.",
        **_flow(),
        "$defs": {
            "tasks": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/task"},
                "description": "A list of tasks.",
            },
            "branch": {
                "type": "array",
                "items": {"$ref": "#/$defs/task"},
                "description": "A list of tasks that may be empty.",
            },
            "task": _task(),
            "json_schema": _json_schema(),
        },
    }


def _flow() -> JsonObject:
    """Return the keys of a flow; what it includes may bring its tasks and its agents' models."""
    schema = FLOW.schema()
    del schema["required"]
    agents = AGENT.schema()
    del agents["required"]
    properties = cast("JsonObject", schema["properties"])
    properties["agents"] = {
        **cast("JsonObject", properties["agents"]),
        "additionalProperties": agents,
    }
    alone: JsonObject = {
        "required": ["tasks"],
        "properties": {"agents": {"additionalProperties": {"required": ["model"]}}},
    }
    brings: list[Json] = [{"required": ["presets"]}, {"required": ["include"]}]
    return {**schema, "if": {"not": {"anyOf": brings}}, "then": alone}


def _task() -> JsonObject:
    kinds: list[Json] = [{"required": [kind]} for kind in KINDS]
    properties: JsonObject = {name: described(key) for name, key in COMMON_TASK_KEYS.items()}
    properties["id"] = {**described(COMMON_TASK_KEYS["id"]), "pattern": NAME_PATTERN}
    needed: JsonObject = {}
    for kind in KINDS:
        properties[kind] = {**_kind(kind), "description": KIND_SAYS[kind]}
        for name, key in KIND_SIBLINGS.get(kind, {}).items():
            properties[name] = described(key)
            needed[name] = [kind]
    return {
        "type": "object",
        "description": "One task: exactly one kind key, and what every task takes.",
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
        "oneOf": kinds,
        "dependentRequired": needed,
    }


def _kind(kind: str) -> JsonObject:
    fields = KIND_FIELDS.get(kind)
    if fields is None:
        return {"type": "string"}
    if kind in ("sequential", "parallel"):
        return {"anyOf": [_TASKS, fields.schema()]}
    if kind in _FORMS:
        # One of the forms, by the key that makes it so.
        return {**fields.schema(), "oneOf": [{"required": list(keys)} for keys in _FORMS[kind]]}
    return fields.schema()


_FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "condition": (("if", "then"), ("on", "cases")),
    "loop": (("for_each",), ("while", "max_iterations"), ("times",)),
    "wait": (("for",), ("until",), ("message",)),
}


def _json_schema() -> JsonObject:
    types: list[Json] = list(TYPES)
    here: JsonObject = {"$ref": "#/$defs/json_schema"}
    return {
        "type": "object",
        "description": "A JSON Schema (draft 2020-12).",
        "properties": {
            "type": {
                "description": "The type of the value.",
                "anyOf": [{"enum": types}, {"type": "array", "items": {"enum": types}}],
            },
            "title": {"type": "string", "description": "What people see over the field."},
            "description": {"type": "string", "description": "What people see under the field."},
            "default": {"description": "The value where none is given."},
            "enum": {"type": "array", "description": "The values to choose from."},
            "format": {
                "type": "string",
                "description": "What kind of text it is; 'folder' lends a host folder, read-only.",
            },
            "minimum": {"type": "number", "description": "The least number."},
            "maximum": {"type": "number", "description": "The greatest number."},
            "pattern": {"type": "string", "description": "A regular expression the text must fit."},
            "properties": {
                "type": "object",
                "description": "The members of an object.",
                "additionalProperties": here,
            },
            "required": {
                "type": "array",
                "description": "The members that must be there.",
                "items": {"type": "string"},
            },
            "items": {
                "description": "What every item of a list is.",
                "anyOf": [here, {"type": "boolean"}],
            },
        },
    }


def schema_text() -> str:
    """Return the schema as it stands in `schemas/flow.schema.json`."""
    return json.dumps(flow_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
