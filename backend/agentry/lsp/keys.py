"""What the JSON Schema of flow files says about a place in one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.flow.document import KINDS
from agentry.flow.schema import flow_schema
from agentry.lsp.cursor import ITEM, Cursor

_whole = cache(flow_schema)


def schemas_at(path: Sequence[str]) -> list[JsonObject]:
    """Return the schemas that the value at a path may follow."""
    found = list(_flat(_whole()))
    for step in path:
        found = [
            inner for schema in found for part in _inside(schema, step) for inner in _flat(part)
        ]
    return found


def keys_for(cursor: Cursor) -> dict[str, str]:
    """Return the keys that may be typed at the cursor, each with a sentence."""
    keys: dict[str, str] = {}
    for schema in schemas_at(cursor.path):
        needed = _map(schema.get("dependentRequired"))
        for name, key in _map(schema.get("properties")).items():
            wanted = cast("list[str]", needed.get(name, []))
            if name not in cursor.siblings and cursor.siblings.issuperset(wanted):
                keys[name] = sentence(_map(key))
    if cursor.siblings.intersection(KINDS) and "needs" in schemas_keys(cursor.path):
        keys = {name: says for name, says in keys.items() if name not in KINDS}
    return keys


def schemas_keys(path: Sequence[str]) -> set[str]:
    """Return every key that a map at a path may have."""
    return {name for schema in schemas_at(path) for name in _map(schema.get("properties"))}


def values_for(path: Sequence[str]) -> list[str]:
    """Return the words that a value may be, where they are few."""
    values: list[str] = []
    for schema in schemas_at(path):
        listed = schema.get("enum")
        given = [*(listed if isinstance(listed, list) else []), schema.get("const")]
        values += [value for value in given if isinstance(value, str)]
        if schema.get("type") == "boolean":
            values += ["true", "false"]
    return list(dict.fromkeys(values))


def key_says(path: Sequence[str]) -> str | None:
    """Return the sentence about the key at the end of a path."""
    for schema in schemas_at(path[:-1]):
        key = _map(schema.get("properties")).get(path[-1])
        if key is not None:
            return sentence(_map(key)) or None
    return None


def sentence(schema: JsonObject) -> str:
    """Return what a schema says of itself."""
    says = schema.get("description")
    return says if isinstance(says, str) else ""


def _inside(schema: JsonObject, step: str) -> Iterator[JsonObject]:
    if step == ITEM:
        yield _map(schema.get("items"))
        return
    known = _map(schema.get("properties")).get(step)
    yield _map(schema.get("additionalProperties") if known is None else known)


def _flat(schema: JsonObject, depth: int = 0) -> Iterator[JsonObject]:
    """Yield a schema and every form of it."""
    ref = schema.get("$ref")
    if isinstance(ref, str) and depth < 8:
        yield from _flat(_map(_map(_whole()["$defs"]).get(ref.rpartition("/")[2])), depth + 1)
    yield schema
    for key in ("anyOf", "oneOf"):
        forms = schema.get(key)
        for form in forms if isinstance(forms, list) and depth < 8 else []:
            yield from _flat(_map(form), depth + 1)


def _map(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
