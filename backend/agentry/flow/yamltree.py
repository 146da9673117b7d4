"""What a YAML text says, with the place of every key and value. Lines and columns from 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from agentry.base.json import Json
from agentry.flow.diagnostics import Span

Plain: TypeAlias = bool | int | float | str | None
Place: TypeAlias = tuple[int, int, int]
"""Line and column from 1, and the letter's index in the text from 0."""


@dataclass(slots=True, eq=False)
class YamlScalar:
    """One value without parts. `style` is '' for plain text, else the letter that opens it."""

    value: Plain
    style: str
    start: Place
    end: Place
    size: int = 1
    height: int = 0

    @property
    def span(self) -> Span:
        return Span(*self.start[:2], *self.end[:2])


@dataclass(slots=True, eq=False)
class YamlList:
    """A list; `end` is the end of its last item, or of its bracket."""

    start: Place
    end: Place
    flow_style: bool
    items: list[Yaml] = field(default_factory=lambda: [])
    size: int = 1
    height: int = 0

    @property
    def span(self) -> Span:
        return Span(*self.start[:2], *self.end[:2])


@dataclass(slots=True, eq=False)
class YamlMap:
    """A map in source order, keys as text. `last_end` is where the last value ends."""

    start: Place
    end: Place
    flow_style: bool
    keys: dict[str, YamlScalar] = field(default_factory=lambda: {})
    values: dict[str, Yaml] = field(default_factory=lambda: {})
    last_end: Place = (1, 1, 0)
    size: int = 1
    height: int = 0

    @property
    def span(self) -> Span:
        return Span(*self.start[:2], *self.end[:2])

    @property
    def inner_span(self) -> Span:
        """From the first key to the end of the last value; the braces where the map is empty."""
        for key in self.keys.values():
            return Span(*key.start[:2], *self.last_end[:2])
        return self.span

    @property
    def first_span(self) -> Span:
        """The first key, to point at a map as such; the braces where it is empty."""
        for key in self.keys.values():
            return key.span
        return self.span

    def get(self, key: str) -> Yaml | None:
        return self.values.get(key)

    def text(self, key: str) -> YamlScalar | None:
        """Return the value of `key` where it is text."""
        found = self.values.get(key)
        return found if isinstance(found, YamlScalar) and isinstance(found.value, str) else None


Yaml: TypeAlias = YamlScalar | YamlList | YamlMap


def to_json(tree: Yaml) -> Json:
    """Return the JSON value of a tree."""
    if isinstance(tree, YamlScalar):
        return tree.value
    if isinstance(tree, YamlList):
        return [to_json(item) for item in tree.items]
    return {key: to_json(value) for key, value in tree.values.items()}


def texts_in(tree: Yaml) -> Iterator[YamlScalar]:
    """Yield every text value (no keys), in source order."""
    if isinstance(tree, YamlScalar):
        if isinstance(tree.value, str):
            yield tree
        return
    for part in tree.items if isinstance(tree, YamlList) else tree.values.values():
        yield from texts_in(part)


def kind_word(tree: Yaml) -> str:
    """Say in words what a value is, for sentences such as 'must be a list, not text'."""
    if isinstance(tree, YamlMap):
        return "a map"
    if isinstance(tree, YamlList):
        return "a list"
    value = tree.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, str):
        return f"the text {value!r}" if len(value) <= 30 else "text"
    return f"the number {value}"


def place_in(text: str, base: Place, index: int) -> Place:
    """Return the place of the letter at `index`, counted on from an earlier place."""
    skipped = text[base[2] : index]
    lines = skipped.count("\n")
    if lines == 0:
        return (base[0], base[1] + len(skipped), index)
    return (base[0] + lines, len(skipped) - skipped.rfind("\n"), index)
