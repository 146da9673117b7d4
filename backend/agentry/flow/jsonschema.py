"""JSON Schemas inside a flow (`inputs`, `output`, `form`): the slips people make, found early."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.base.json import JsonObject
from agentry.flow.findings import Findings, nearest, or_else, use
from agentry.flow.shapes import Read, wrong
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar, to_json

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_PYTHON: dict[str, tuple[type, ...]] = {
    "array": (YamlList,),
    "object": (YamlMap,),
}
_SCALAR: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "null": (type(None),),
}
_WITH_SCHEMAS = ("properties", "$defs", "patternProperties")


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A JSON Schema: its types are checked here, all of it when a run starts."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if not isinstance(value, YamlMap):
            return wrong(value, what, "a JSON Schema such as {type: string}", found)
        _check(value, what, found)
        return to_json(value)

    def schema(self) -> JsonObject:
        return {"$ref": "#/$defs/json_schema"}


def _check(value: YamlMap, what: str, found: Findings) -> None:
    types = _types(value, what, found)
    default = value.get("default")
    if default is not None and types and not any(fits(default, name) for name in types):
        sentence = f"{what}: the default is not of type {' or '.join(types)}."
        found.error("bad_schema", sentence, default.span)
    for key in _WITH_SCHEMAS:
        parts = value.get(key)
        if parts is None:
            continue
        if isinstance(parts, YamlMap):
            for name, part in parts.values.items():
                _part(part, f"{what}: {name}", found)
        else:
            wrong(parts, f"{what}: {key}", "a map of names", found)
    items = value.get("items")
    if items is not None:
        _part(items, f"{what}: items", found)


def _part(value: Yaml, what: str, found: Findings) -> None:
    if isinstance(value, YamlMap):
        _check(value, what, found)
    elif not (isinstance(value, YamlScalar) and isinstance(value.value, bool)):
        wrong(value, what, "a JSON Schema such as {type: string}", found)


def _types(value: YamlMap, what: str, found: Findings) -> list[str]:
    written = value.get("type")
    if written is None:
        return []
    names = written.items if isinstance(written, YamlList) else [written]
    known: list[str] = []
    for name in names:
        word = name.value if isinstance(name, YamlScalar) else None
        if isinstance(word, str) and word in TYPES:
            known.append(word)
            continue
        # `type: null` is written so often without quotes that it is worth its own word.
        shown = "null" if word is None else str(word)
        near = "'null'" if word is None else nearest(shown, TYPES) or _OTHER_NAMES.get(shown)
        tail = or_else(near, TYPES, "the types are")
        found.error(
            "bad_schema", f"{what} has the type {shown!r}{tail}", name.span, use(near, name.span)
        )
    return known


_OTHER_NAMES = {
    "text": "string", "str": "string", "int": "integer", "float": "number", "bool": "boolean",
    "list": "array", "map": "object", "dict": "object",
}  # fmt: skip


def fits(value: Yaml, name: str) -> bool:
    """Return whether a written value is of a JSON Schema type."""
    if not isinstance(value, YamlScalar):
        return isinstance(value, _PYTHON.get(name, ()))
    if isinstance(value.value, bool):
        return name == "boolean"
    if isinstance(value.value, float) and name == "integer":
        return value.value.is_integer()
    return isinstance(value.value, _SCALAR.get(name, ()))
