"""Shapes of values: each reads a YAML value with findings, and says itself as JSON Schema.

One table of keys (`keys.py`) in these shapes serves both the reader and `flow.schema.json`, so the
editor's completion and the server's findings cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Fix
from agentry.flow.findings import Findings, nearest, or_else, use
from agentry.flow.units import DURATION_PATTERN, parse_duration
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar, kind_word, to_json


class Bad:
    """The type of `BAD`."""


BAD: Final = Bad()
"""What a shape gives for a value that does not fit, after it has said so."""

Read: TypeAlias = Json | Bad
NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$"


class Shape(Protocol):
    """Reads one value, and describes it."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read: ...
    def schema(self) -> JsonObject: ...


def wrong(value: Yaml, what: str, wanted: str, found: Findings, fix: Fix | None = None) -> Bad:
    """Report a value of the wrong kind."""
    found.error("bad_value", f"{what} must be {wanted}, not {kind_word(value)}.", value.span, fix)
    return BAD


@dataclass(frozen=True, slots=True)
class Text:
    """Text; numbers and truth values must be put in quotes."""

    wanted: str = "text"

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar):
            if isinstance(value.value, str):
                return value.value
            if value.value is not None:
                return wrong(value, what, f"{self.wanted} (put it in quotes)", found)
        return wrong(value, what, self.wanted, found)

    def schema(self) -> JsonObject:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and isinstance(value.value, bool):
            return value.value
        return wrong(value, what, "true or false", found)

    def schema(self) -> JsonObject:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number of at least `least`; `whole` = no fraction."""

    least: int = 0
    most: int | None = None
    whole: bool = True

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        number = value.value if isinstance(value, YamlScalar) else None
        if isinstance(number, bool) or not isinstance(number, int if self.whole else int | float):
            return wrong(value, what, self.wanted(), found)
        if number < self.least or (self.most is not None and number > self.most):
            return wrong(value, what, self.wanted(), found)
        return number

    def wanted(self) -> str:
        span = f"from {self.least}" + ("" if self.most is None else f" to {self.most}")
        return f"a {'whole ' if self.whole else ''}number {span}"

    def schema(self) -> JsonObject:
        schema: JsonObject = {"type": "integer" if self.whole else "number", "minimum": self.least}
        return schema if self.most is None else schema | {"maximum": self.most}


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration such as 90s; read as whole milliseconds."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        written = value.value if isinstance(value, YamlScalar) else None
        if isinstance(written, str) and (span := parse_duration(written)) is not None:
            return span
        fix = None
        if isinstance(written, int) and not isinstance(written, bool):
            fix = Fix(f"Use {written}s", value.span, f"{written}s")
        return wrong(value, what, "a duration such as 90s, 15m, 2h or 3d", found, fix)

    def schema(self) -> JsonObject:
        return {"type": "string", "pattern": DURATION_PATTERN, "examples": ["90s", "15m", "2h"]}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        word = value.value if isinstance(value, YamlScalar) else None
        if isinstance(word, str) and word in self.words:
            return word
        near = nearest(word, self.words) if isinstance(word, str) else None
        return wrong(value, what, " or ".join(self.words), found, use(near, value.span))

    def schema(self) -> JsonObject:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value; expressions in it are seen later."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        return to_json(value)

    def schema(self) -> JsonObject:
        return {}


@dataclass(frozen=True, slots=True)
class AnyMap:
    """A map with keys of its own."""

    of: str = "a map"

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        return to_json(value) if isinstance(value, YamlMap) else wrong(value, what, self.of, found)

    def schema(self) -> JsonObject:
        return {"type": "object"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a lone value where a list belongs gets brackets as its fix."""

    shape: Shape
    of: str = "a list"

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlList):
            items = [
                self.shape.read(item, f"{what} {place}", found)
                for place, item in enumerate(value.items, 1)
            ]
            return [item for item in items if not isinstance(item, Bad)]
        fix = None
        if isinstance(value, YamlScalar) and isinstance(value.value, str) and not value.style:
            fix = Fix(f"Use [{value.value}]", value.span, f"[{value.value}]")
        return wrong(value, what, self.of, found, fix)

    def schema(self) -> JsonObject:
        return {"type": "array", "items": self.shape.schema()}


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map from names to values of one shape."""

    shape: Shape
    of: str = "a map of names"
    noun: str = ""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if not isinstance(value, YamlMap):
            return wrong(value, what, self.of, found)
        entries: JsonObject = {}
        for name, entry in value.values.items():
            if name.startswith("x-"):
                continue
            read = self.shape.read(entry, f"{self.noun or what} {name!r}", found)
            if not isinstance(read, Bad):
                entries[name] = read
        return entries

    def schema(self) -> JsonObject:
        return {
            "type": "object",
            "patternProperties": {"^x-": {}},
            "additionalProperties": self.shape.schema(),
        }


@dataclass(frozen=True, slots=True)
class Either:
    """The shape that fits how the value is written: one for a map, a list, and plain values."""

    wanted: str
    for_map: Shape | None = None
    for_list: Shape | None = None
    for_scalar: Shape | None = None

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        shape = self.for_scalar
        if isinstance(value, YamlMap):
            shape = self.for_map
        elif isinstance(value, YamlList):
            shape = self.for_list
        if shape is None:
            return wrong(value, what, self.wanted, found)
        return shape.read(value, what, found)

    def schema(self) -> JsonObject:
        shapes = [shape for shape in (self.for_scalar, self.for_list, self.for_map) if shape]
        return {"anyOf": [shape.schema() for shape in shapes]}


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a map. `idle`: it is read, and nothing acts on it yet."""

    shape: Shape
    says: str
    required: bool = False
    idle: bool = False
    example: Json = None


@dataclass(frozen=True, slots=True)
class Fields:
    """A map with known keys only (and `x-*`)."""

    keys: Mapping[str, Key]
    of: str = "a map"
    one_of: tuple[tuple[str, ...], ...] = ()
    hidden: dict[str, str] = field(default_factory=lambda: {})

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if not isinstance(value, YamlMap):
            return wrong(value, what, self.of, found)
        return self.read_map(value, what, found)

    def read_map(self, value: YamlMap, what: str, found: Findings) -> JsonObject:
        """Read each key with its shape; what is unknown, missing or broken is said and left out."""
        entries: JsonObject = {}
        for name, entry in value.values.items():
            key = self.keys.get(name)
            if key is None:
                self.unknown(name, value, what, found)
                continue
            if key.idle:
                sentence = f"{name!r} is read, but this release does not act on it yet."
                found.warn("not_used_yet", sentence, value.keys[name].span)
            read = key.shape.read(entry, f"{what}: {name}" if what else repr(name), found)
            if not isinstance(read, Bad):
                entries[name] = read
        for name, key in self.keys.items():
            if key.required and name not in value.values:
                sentence = f"{what or _WHOLE} has no {name!r}; {key.says}"
                found.error("missing_key", sentence, value.first_span)
        return entries

    def unknown(self, name: str, value: YamlMap, what: str, found: Findings) -> None:
        if name.startswith("x-") or found.full:
            return
        span = value.keys[name].span
        if name == "<<":
            sentence = (
                "'<<' merges nothing in YAML 1.2; write the keys out, or alias a whole value."
            )
            found.error("unknown_key", sentence, span)
            return
        if name in self.hidden:
            found.error("unknown_key", self.hidden[name], span)
            return
        near = nearest(name, self.keys)
        known = ", ".join(self.keys)
        tail = or_else(near) if near else f"; the keys are {known}."
        sentence = f"{what or _WHOLE} has no key {name!r}{tail}"
        found.error("unknown_key", sentence, span, use(near, span))

    def schema(self) -> JsonObject:
        properties: JsonObject = {name: described(key) for name, key in self.keys.items()}
        schema: JsonObject = {
            "type": "object",
            "properties": properties,
            "patternProperties": {"^x-": {}},
            "additionalProperties": False,
        }
        required: list[Json] = [name for name, key in self.keys.items() if key.required]
        if required:
            schema["required"] = required
        return schema


_WHOLE = "The flow"


def described(key: Key) -> JsonObject:
    """Return the JSON Schema of a key with its description."""
    schema: JsonObject = dict(key.shape.schema())
    idle = " This release reads it and does not act on it yet." if key.idle else ""
    schema["description"] = key.says[:1].upper() + key.says[1:] + idle
    if key.example is not None:
        schema["examples"] = [key.example]
    return schema
