"""The tables of the language as JSON, so that the reader in the browser works from the same ones.

`python -m agentry.flow.tables` prints `schemas/language.json`.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.flow import letters, recover, text, triggers
from agentry.flow.document import KINDS
from agentry.flow.findings import MAX_FINDINGS
from agentry.flow.include import MAX_FILES, MAX_UPWARD
from agentry.flow.jsonschema import TYPES
from agentry.flow.keys import FLOW
from agentry.flow.kinds import LIST_NAMES, MOST_ITERATIONS
from agentry.flow.places import LOOP_ROOTS, ROOTS, TRIGGER_ROOTS, TURN_ROOTS
from agentry.flow.read import KNOWN_TOOLS
from agentry.flow.references import RUN_FIELDS, TASK_FIELDS
from agentry.flow.rules import PROVIDERS
from agentry.flow.shapes import Fields, Key
from agentry.flow.taskkeys import COMMON_TASK_KEYS, KIND_FIELDS, KIND_SIBLINGS, MAX_ITERATIONS
from agentry.flow.units import MAX_MS
from agentry.flow.zones import ZONES


def tables() -> JsonObject:
    """Return every table; a shape is its class (`is`) and its values, without empty ones."""
    return {
        "flow": _json(FLOW),
        "kinds": _json(KINDS),
        "kind_fields": _json(KIND_FIELDS),
        "kind_siblings": _json(KIND_SIBLINGS),
        "task_keys": _json(COMMON_TASK_KEYS),
        "triggers": _json(_maps_of(triggers)),
        "list_names": _json(LIST_NAMES),
        "types": _json(TYPES),
        "tools": _json(KNOWN_TOOLS),
        "providers": _json(PROVIDERS),
        "functions": _json(letters.FUNCTIONS),
        "macros": _json(letters.MACROS),
        "roots": _json(ROOTS),
        "loop_roots": _json(LOOP_ROOTS),
        "turn_roots": _json(TURN_ROOTS),
        "trigger_roots": _json(TRIGGER_ROOTS),
        "task_fields": _json(TASK_FIELDS),
        "run_fields": _json(RUN_FIELDS),
        "zones": _json(ZONES),
        "limits": dict(_LIMITS),
    }


_LIMITS: Mapping[str, int] = {
    "text_letters": text.MAX_LETTERS,
    "text_depth": text.MAX_DEPTH,
    "text_values": text.MAX_VALUES,
    "findings": MAX_FINDINGS,
    "files": MAX_FILES,
    "files_upward": MAX_UPWARD,
    "recover_letters": recover.MAX_LETTERS,
    "recover_read": recover.MAX_READ,
    "recover_tries": recover.MAX_TRIES,
    "expression_letters": letters.MAX_LETTERS,
    "expression_nesting": letters.MAX_NESTING,
    "expression_macros": letters.MAX_MACROS,
    "duration_ms": MAX_MS,
    "iterations": MAX_ITERATIONS,
    "iterations_offered": MOST_ITERATIONS,
}


def _maps_of(module: ModuleType) -> dict[str, Fields]:
    """Return the maps with known keys that a module makes, by name."""
    made: dict[str, object] = vars(module)
    return {
        name.strip("_").lower(): shape for name, shape in made.items() if isinstance(shape, Fields)
    }


def _json(value: object) -> Json:
    if isinstance(value, Key):
        return _key(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        given = {name: _json(part) for name, part in parts.items() if part not in (None, (), {})}
        return {"is": type(value).__name__.strip("_"), **given}
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return {name: _json(part) for name, part in entries.items()}
    if isinstance(value, frozenset):
        return [_json(part) for part in sorted(cast("Iterable[str]", value))]
    if isinstance(value, tuple):
        return [_json(part) for part in cast("tuple[object, ...]", value)]
    return cast("Json", value)


def _key(key: Key) -> JsonObject:
    """Return a key; its sentence is said only where the key is missing."""
    written: JsonObject = {"shape": _json(key.shape)}
    if key.required:
        written["missing"] = key.says
    if key.idle:
        written["idle"] = True
    return written


def tables_text() -> str:
    """Return the tables as they stand in the committed file."""
    return json.dumps(tables(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(tables_text())
