"""Texts with `${{ EXPR }}` in them: where each expression starts and ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from agentry.flow.letters import MAX_LETTERS, TOKEN

OPEN = "${{"
OLD_FORM = re.compile(r"(?<!\$)\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}")
"""`{{name}}`, the older way to write a variable of the agent."""


@dataclass(frozen=True, slots=True)
class Hole:
    """One expression of a text: `start` follows its `${{`, `end` is the place of its `}}`."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Template:
    """A text taken apart: `words[i]` stands before `holes[i]`; `unclosed` = a `${{` with no end."""

    words: tuple[str, ...]
    holes: tuple[Hole, ...]
    unclosed: int | None = None

    @property
    def lone(self) -> Hole | None:
        """The one expression that is the whole text but for white space around it."""
        if len(self.holes) == 1 and not any(word.strip() for word in self.words):
            return self.holes[0]
        return None


@lru_cache(maxsize=4096)
def take_apart(text: str) -> Template:
    """Find the expressions of a text.

    An expression ends at the first `}}` that is in no string literal and closes no `{` of its own.
    """
    words: list[str] = []
    holes: list[Hole] = []
    at = 0
    while (opening := text.find(OPEN, at)) >= 0:
        start = opening + len(OPEN)
        end = _end_of(text, start)
        if end is None:
            return Template((*words, text[at:]), tuple(holes), opening)
        words.append(text[at:opening])
        holes.append(Hole(text[start:end], start, end))
        at = end + 2
    return Template((*words, text[at:]), tuple(holes))


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Put variables in place of their `{{name}}`; names that are no variable stay as they are."""
    return OLD_FORM.sub(lambda hit: variables.get(hit[1], hit[0]), text)


def _end_of(text: str, at: int) -> int | None:
    depth = 0
    limit = min(len(text), at + MAX_LETTERS + 64)
    while at < limit:
        if text.startswith("}}", at) and depth == 0:
            return at
        found = TOKEN.match(text, at, limit)
        if found is None or found[0].startswith("//"):
            at += 1
            continue
        depth += (found[0] == "{") - (found[0] == "}")
        depth = max(depth, 0)
        at = found.end()
    return None
