"""A flow's text in one layout: two spaces, items of a list under their key, comments kept."""

from __future__ import annotations

import io
import re
from typing import Protocol, cast

from agentry.base.errors import AgentryError
from agentry.flow.text import load
from agentry.flow.yamltree import Yaml, YamlMap, to_json

_WIDE = 1 << 20
"""Wider than any line, so that none is folded."""
_COMMENT = re.compile(r"(?:^|\s)(#.*?)\s*$", re.M)


class NotLaidOut(AgentryError):
    """A text that cannot be laid out without changing it; nothing is done."""

    code, status = "not_laid_out", 422


class _Trip(Protocol):
    """What is used of the round-trip library, which has no types of its own for it."""

    preserve_quotes: bool
    width: int
    allow_unicode: bool

    def indent(self, *, mapping: int, sequence: int, offset: int) -> None: ...
    def load(self, stream: str) -> object: ...
    def dump(self, data: object, stream: io.StringIO) -> None: ...


def laid_out(text: str) -> str:
    """Return a flow in our layout; raise `NotLaidOut` where it would not say quite the same."""
    before = load(text)
    root = before.root
    if any(finding.severity == "error" for finding in before.diagnostics) or root is None:
        raise NotLaidOut("A text that is broken cannot be laid out.", hint="Check it first.")
    crlf = "\r\n" in text
    new = _round_trip(text.replace("\r\n", "\n"))
    after = load(new).root
    if after is None or _shape(after) != _shape(root):
        raise NotLaidOut("Laid out, this flow would say something else; it is left as it is.")
    if _comments(new) != _comments(text):
        raise NotLaidOut("Laid out, this flow would lose a comment; it is left as it is.")
    return new.replace("\n", "\r\n") if crlf else new


def _round_trip(text: str) -> str:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    trip = cast("_Trip", YAML())
    trip.preserve_quotes, trip.width, trip.allow_unicode = True, _WIDE, True
    trip.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    try:
        trip.dump(trip.load(text), out)
    except (YAMLError, ValueError, RecursionError) as problem:
        first = str(problem).strip().splitlines()[0]
        raise NotLaidOut(f"This text cannot be laid out: {first}.") from None
    return out.getvalue().rstrip("\n") + "\n"


def _shape(tree: Yaml) -> object:
    """Return what a text says, the order of its keys included."""
    return (to_json(tree), list(_orders(tree)))


def _orders(tree: Yaml) -> list[tuple[str, ...]]:
    if isinstance(tree, YamlMap):
        inner = [order for value in tree.values.values() for order in _orders(value)]
        return [tuple(tree.values), *inner]
    items: list[Yaml] = getattr(tree, "items", [])
    return [order for item in items for order in _orders(item)]


def _comments(text: str) -> list[str]:
    return sorted(_COMMENT.findall(text.replace("\r\n", "\n")))
