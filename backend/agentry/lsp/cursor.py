"""Where in a flow the cursor stands, from the letters alone: texts are broken while one types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_DASH = re.compile(r"-(?: +|$)")
_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s\[\]{},#'"][^:#{}\[\]]*?) *:(?:\s+|$)""")
_WORD = re.compile(r"[^\s\[\]{},\"']*$")
ITEM = "-"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The keys around the cursor from the top (`-` = an item of a list), and what is being typed.

    At a key, `path` is that of the map it is in, and `siblings` are the keys that map has already.
    """

    path: tuple[str, ...]
    is_key: bool
    word: str
    siblings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Entry:
    column: int
    name: str


@dataclass(slots=True)
class _Open:
    """One `{` or `[` that is not closed; `key` is the key whose value is being typed."""

    is_map: bool
    key: str | None = None
    keys: set[str] = field(default_factory=lambda: set())

    @property
    def step(self) -> tuple[str, ...]:
        if not self.is_map:
            return (ITEM,)
        return () if self.key is None else (self.key,)


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor:
    """Return where the letter at `line` and `column` (both from 0) stands."""
    prefix = lines[line][:column]
    entries, end = _entries(prefix)
    value = prefix[end:]
    word = _word(value)
    if entries and entries[-1].name != ITEM:
        path = _above(lines, line, entries[0]) + tuple(entry.name for entry in entries)
        return _in_brackets(value, path, Cursor(path, False, word))
    # A key is being typed, or an item of a list that is a plain value.
    first = entries[0] if entries else _Entry(end, "")
    path = _above(lines, line, first) + tuple(entry.name for entry in entries)
    siblings = frozenset(_siblings(lines, line, end, bool(entries)))
    return _in_brackets(value, path, Cursor(path, True, value.strip(), siblings))


def key_at(lines: Sequence[str], line: int, column: int) -> tuple[str, ...]:
    """Return the path of the key whose letters are at a place; () where no key is."""
    entries, end = _entries(lines[line])
    if not entries or entries[-1].name == ITEM:
        return ()
    last = entries[-1]
    if not last.column <= column <= last.column + len(last.name) or column > end:
        return ()
    return _above(lines, line, entries[0]) + tuple(entry.name for entry in entries)


def _word(text: str) -> str:
    found = _WORD.search(text)
    return found[0] if found is not None else ""


def _entries(line: str) -> tuple[list[_Entry], int]:
    """Return the dashes and the key that a line starts with, and where its value starts."""
    at = len(line) - len(line.lstrip(" "))
    entries: list[_Entry] = []
    while (dash := _DASH.match(line, at)) is not None:
        entries.append(_Entry(at, ITEM))
        at = dash.end()
    key = _KEY.match(line, at)
    if key is not None:
        entries.append(_Entry(at, key[1].strip("\"'")))
        at = key.end()
    return entries, at


def _above(lines: Sequence[str], line: int, first: _Entry) -> tuple[str, ...]:
    """Return the keys and items around the first entry of a line."""
    path: list[str] = []
    limit = first
    for above in reversed(lines[:line]):
        if limit.column == 0 and limit.name != ITEM:
            break
        if not above.strip() or above.lstrip().startswith("#"):
            continue
        for entry in reversed(_entries(above)[0]):
            # A list may stand as far left as the key that it is the value of.
            beside = limit.name == ITEM != entry.name and entry.column == limit.column
            if entry.column < limit.column or beside:
                path.insert(0, entry.name)
                limit = entry
    return tuple(path)


def _siblings(lines: Sequence[str], line: int, column: int, starts_item: bool) -> Iterator[str]:
    """Yield the keys of the map that a key at `column` stands in."""
    if not starts_item:
        for above in reversed(lines[:line]):
            entries = _entries(above)[0]
            yield from (entry.name for entry in entries if entry.column == column)
            if entries and entries[0].column < column:
                break
    for below in lines[line + 1 :]:
        entries = _entries(below)[0]
        if below.strip() and len(below) - len(below.lstrip(" ")) < column:
            break
        if entries and entries[0].column == column and entries[0].name != ITEM:
            yield entries[0].name


def _in_brackets(value: str, path: tuple[str, ...], outside: Cursor) -> Cursor:
    """Return the cursor inside the brackets that a value has open, else `outside`."""
    if not value.startswith(("{", "[")):
        return outside
    opened: list[_Open] = []
    at, quote, start = 0, "", 0
    while at < len(value):
        letter = value[at]
        at += 1
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "{[":
            opened.append(_Open(letter == "{"))
            start = at
        elif letter in "}]":
            opened = opened[:-1]
        elif opened and letter == ",":
            opened[-1].key, start = None, at
        elif opened and opened[-1].is_map and letter == ":" and value[at : at + 1] in (" ", ""):
            opened[-1].key = value[start : at - 1].strip(" \"'")
            opened[-1].keys.add(opened[-1].key)
            start = at
    if not opened:
        return outside
    whole = path + tuple(step for bracket in opened for step in bracket.step)
    last = opened[-1]
    is_key = last.is_map and last.key is None
    return Cursor(whole, is_key, value[start:].lstrip(" \"'"), frozenset(last.keys))
