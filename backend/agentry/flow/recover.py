"""A text that is broken in one place: what stands around it is still read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from agentry.flow.diagnostics import Diagnostic
from agentry.flow.text import Loaded, load

MAX_LETTERS = 128 * 1024
"""Larger texts are not read again: every try takes as long as the first."""
MAX_READ = 1_000_000
"""Letters that all tries together may read."""
MAX_TRIES = 40
_BEFORE = 3
_KEY = re.compile(r"[^\s#\-].*")
_ITEM = re.compile(r"( *)- ")
_ENTRY = re.compile(r"( +)[^\s#].*:(?: |$)")


@dataclass(frozen=True, slots=True)
class Rest:
    """What could be read, with all findings; the letters left out, and the keys they are of."""

    loaded: Loaded
    cut: str = ""
    keys: frozenset[str] = frozenset()


def load_rest(text: str) -> Rest:
    """Read a text; where it is no YAML, blank the entry around each break and read the rest."""
    loaded = load(text)
    if not _broken(loaded) or len(text) > MAX_LETTERS:
        return Rest(loaded)
    said: list[Diagnostic] = []
    lines = text.split("\n")
    left = lines
    tries = min(MAX_TRIES, MAX_READ // max(len(text), 1))
    while _broken(loaded) and tries > 0:
        said.append(_slip(loaded))
        best: _Try | None = None
        for first, last in dict.fromkeys(_around(left, said[-1].span.line - 1)):
            tries -= 1
            tried = _try([*left[:first], *map(_blank, left[first:last]), *left[last:]])
            if best is None or tried.up_to > best.up_to:
                best = tried
            if tries == 0 or not _broken(tried.loaded):
                break
        if best is None or best.up_to <= said[-1].span.line:
            break
        loaded, left = best.loaded, best.lines
    places = [place for place, line in enumerate(lines) if line != left[place]]
    cut = "\n".join(lines[place] for place in places)
    keys = frozenset(_key_of(lines, place) for place in places)
    if _broken(loaded):
        return Rest(Loaded(None, tuple(dict.fromkeys((*said, _slip(loaded))))), cut, keys)
    return Rest(Loaded(loaded.root, (*said, *loaded.diagnostics)), cut, keys)


@dataclass(frozen=True, slots=True)
class _Try:
    """A text with a part left out; `up_to` = the line of its next break."""

    lines: list[str]
    loaded: Loaded
    up_to: float


def _try(lines: list[str]) -> _Try:
    loaded = load("\n".join(lines))
    if loaded.root is not None:
        return _Try(lines, loaded, inf)
    return _Try(lines, loaded, _slip(loaded).span.line if _broken(loaded) else 0)


def _broken(loaded: Loaded) -> bool:
    return any(finding.code == "yaml_syntax" for finding in loaded.diagnostics)


def _slip(loaded: Loaded) -> Diagnostic:
    return next(finding for finding in loaded.diagnostics if finding.code == "yaml_syntax")


def _blank(line: str) -> str:
    """Keep the length, so that every place behind it stays."""
    return "\r".join(" " * len(part) for part in line.split("\r"))


def _around(lines: list[str], at: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of lines to leave out, the smallest first.

    The break may stand in the entry before the line at which the parser gave up.
    """
    at = min(at, len(lines) - 1)
    top, end = _top_entry(lines, at)
    inner = list(_entries(lines, top, end))
    # Without its last entry a key would be empty, which would be a second finding.
    if len(inner) > 1:
        here = sum(first <= at for first, _ in inner) - 1
        for place in range(here, max(here - _BEFORE, 0) - 1, -1):
            yield inner[place]
        if here > 0:
            yield inner[here - 1][0], inner[here][1]
    yield top, end
    if top > 0:
        before = _top_entry(lines, top - 1)
        yield before
        yield before[0], end


def _top_entry(lines: list[str], at: int) -> tuple[int, int]:
    """Return the lines of the top-level key around a line."""
    first = at
    while first > 0 and not _KEY.match(lines[first]):
        first -= 1
    last = at + 1
    while last < len(lines) and not _KEY.match(lines[last]):
        last += 1
    return first, last


def _key_of(lines: list[str], at: int) -> str:
    """Return the top-level key that a line stands under."""
    return lines[_top_entry(lines, at)[0]].partition(":")[0].strip()


def _entries(lines: list[str], top: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of each item or key directly below a top-level key."""
    starts: list[int] = []
    indent: str | None = None
    for place in range(top + 1, end):
        hit = _ITEM.match(lines[place]) or _ENTRY.match(lines[place])
        if hit is None:
            continue
        indent = hit[1] if indent is None else indent
        if hit[1] == indent:
            starts.append(place)
    yield from pairwise([*starts, end])
