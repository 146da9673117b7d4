"""Text -> YAML tree: YAML 1.2 core over PyYAML's C parser, with caps. Never raises on a text.

The events of the parser are read one by one (nothing is constructed, no tag runs code), so caps on
depth, aliases and size hold before memory is spent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, cast

import yaml

from agentry.flow.codes import Code
from agentry.flow.diagnostics import Diagnostic, Span
from agentry.flow.findings import MAX_FINDINGS
from agentry.flow.scalars import BadScalar, core_value
from agentry.flow.syntax import sentence_for
from agentry.flow.yamltree import Place, Yaml, YamlList, YamlMap, YamlScalar, place_in

MAX_LETTERS = 1024 * 1024
MAX_DEPTH = 100
MAX_VALUES = 100_000

# YAML 1.1 breaks lines at U+0085, 2028 and 2029, YAML 1.2 does not: refused, lest lines drift.
_BAD_LETTER = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|[\u2028\u2029]|\r(?!\n)"
)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_LITERAL_HEADER = re.compile(r"[|>][-+0-9]*")


class _Mark(Protocol):
    line: int
    column: int
    index: int


class _Event(Protocol):
    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    implicit: tuple[bool, bool]
    flow_style: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """A tree (None: the text is empty or no YAML) and what was found on the way."""

    root: Yaml | None
    diagnostics: tuple[Diagnostic, ...]


class _Stop(Exception):
    """The text cannot be read further."""


@dataclass(slots=True)
class _Open:
    """A list or map whose end is not seen yet; `key` waits for its value."""

    tree: YamlList | YamlMap
    anchor: str | None
    key: YamlScalar | None = None
    key_is_bad: bool = False


@dataclass(slots=True)
class _Builder:
    text: str
    found: list[Diagnostic] = field(default_factory=lambda: [])
    stack: list[_Open] = field(default_factory=lambda: [])
    anchors: dict[str, Yaml] = field(default_factory=lambda: {})
    root: Yaml | None = None
    documents: int = 0

    def say(self, code: Code, message: str, span: Span) -> None:
        if len(self.found) < MAX_FINDINGS:
            self.found.append(Diagnostic(code, "error", message, span))

    def stop(self, code: Code, message: str, span: Span) -> _Stop:
        self.say(code, message, span)
        return _Stop()

    def take(self, event: _Event) -> None:
        """Put one event into the tree."""
        act = _ACTS.get(type(event).__name__)
        if act is not None:
            act(self, event)

    def document(self, event: _Event) -> None:
        self.documents += 1
        if self.documents > 1:
            sentence = (
                "A file holds one flow; take out this '---' and what follows, "
                "or make it a file of its own."
            )
            raise self.stop("second_document", sentence, _span(event))

    def scalar(self, event: _Event) -> None:
        start, end = _place(event.start_mark), _place(event.end_mark)
        style = event.style or ""
        if event.anchor is not None or event.tag is not None:
            start = self.after_properties(start, end)
        if style in ("|", ">"):
            end = self.literal_end(start, end)
        scalar = YamlScalar(event.value, style, start, end)
        if event.implicit[0] or event.tag is not None:
            try:
                scalar.value = core_value(event.value, plain=event.implicit[0], tag=event.tag)
            except BadScalar as bad:
                span = self.tag_span(event) if bad.code == "unknown_tag" else scalar.span
                self.say(bad.code, bad.sentence, span)
        if event.anchor is not None:
            self.anchors[event.anchor] = scalar
        self.add(scalar, end)

    def after_properties(self, start: Place, end: Place) -> Place:
        """Step over `&anchor` and `!tag`, which the parser counts as part of the value."""
        found = _PROPERTIES.match(self.text, start[2], end[2])
        if found is None:
            return start
        return place_in(self.text, start, found.end())

    def tag_span(self, event: _Event) -> Span:
        """Return the letters of a value's anchor and tag."""
        start = _place(event.start_mark)
        found = _PROPERTIES.match(self.text, start[2])
        end = start[2] + len(found[0].rstrip() if found else "")
        return Span(*start[:2], *place_in(self.text, start, end)[:2])

    def literal_end(self, start: Place, end: Place) -> Place:
        """End a `|` or `>` text at its last letter: the parser ends it after the blank lines."""
        source = self.text[start[2] : end[2]]
        header = _LITERAL_HEADER.match(source)
        width = header.end() if header else 1
        first, _, body = source.partition("\n")
        letters = (len(first) + 1 + len(body.rstrip())) if body.strip() else width
        return place_in(self.text, start, start[2] + letters)

    def open(self, event: _Event) -> None:
        start, end = _place(event.start_mark), _place(event.end_mark)
        if len(self.stack) >= MAX_DEPTH:
            raise self.stop(
                "too_deep", f"This is nested more than {MAX_DEPTH} levels deep.", _span(event)
            )
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            sentence = f"The tag {event.tag!r} is not allowed here; take it out."
            self.say("unknown_tag", sentence, self.tag_span(event))
        if type(event).__name__ == "MappingStartEvent":
            tree: YamlList | YamlMap = YamlMap(start, end, event.flow_style, last_end=end)
        else:
            tree = YamlList(start, end, event.flow_style)
        self.stack.append(_Open(tree, event.anchor))

    def close(self, event: _Event) -> None:
        done = self.stack.pop()
        tree = done.tree
        if tree.flow_style:
            tree.end = _place(event.end_mark)
        if done.anchor is not None:
            self.anchors[done.anchor] = tree
        self.add(tree, tree.end)

    def alias(self, event: _Event) -> None:
        name = event.anchor or ""
        if any(waiting.anchor == name for waiting in self.stack):
            raise self.stop("alias_cycle", f"'*{name}' stands inside what it names.", _span(event))
        target = self.anchors.get(name)
        if target is None:
            self.say(
                "unknown_anchor",
                f"'*{name}' names no anchor; write '&{name}' before it.",
                _span(event),
            )
            start, end = _place(event.start_mark), _place(event.end_mark)
            target = YamlScalar(None, "", start, end)
        if len(self.stack) + target.height > MAX_DEPTH:
            raise self.stop(
                "too_deep", f"This is nested more than {MAX_DEPTH} levels deep.", _span(event)
            )
        self.add(target, _place(event.end_mark))

    def add(self, tree: Yaml, end: Place) -> None:
        if not self.stack:
            self.root = tree
            return
        top = self.stack[-1]
        owner = top.tree
        if isinstance(owner, YamlMap):
            if top.key is None and not top.key_is_bad:
                self.take_key(top, tree)
                return
            self.pair(top, owner, tree, end)
        else:
            owner.items.append(tree)
        if not owner.flow_style:
            owner.end = end
        owner.size += tree.size
        if tree.height >= owner.height:
            owner.height = tree.height + 1
        if owner.size > MAX_VALUES:
            sentence = f"With its aliases written out, this holds more than {MAX_VALUES} values."
            raise self.stop("too_many_values", sentence, owner.span)

    def take_key(self, top: _Open, tree: Yaml) -> None:
        if isinstance(tree, YamlScalar):
            top.key = tree
            return
        top.key_is_bad = True
        self.say("bad_key", "A key must be text.", tree.span)

    def pair(self, top: _Open, owner: YamlMap, tree: Yaml, end: Place) -> None:
        key, top.key, top.key_is_bad = top.key, None, False
        owner.last_end = end
        if key is None:
            return
        name = key.value if isinstance(key.value, str) else self.text[key.start[2] : key.end[2]]
        first = owner.keys.get(name)
        if first is not None:
            self.say(
                "duplicate_key",
                f"The key {name!r} stands here again; the first is on line {first.start[0]}.",
                key.span,
            )
            return
        owner.keys[name] = key
        owner.values[name] = tree


_ACTS = {
    "ScalarEvent": _Builder.scalar,
    "MappingStartEvent": _Builder.open,
    "SequenceStartEvent": _Builder.open,
    "MappingEndEvent": _Builder.close,
    "SequenceEndEvent": _Builder.close,
    "AliasEvent": _Builder.alias,
    "DocumentStartEvent": _Builder.document,
}


def load(text: str) -> Loaded:
    """Read YAML 1.2 into a tree; a text that is no YAML gives a finding and no tree."""
    refused = _refuse(text)
    if refused is not None:
        return Loaded(None, (refused,))
    builder = _Builder(text)
    try:
        for event in cast("Iterator[_Event]", yaml.parse(text, Loader=yaml.CSafeLoader)):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.root = None
        builder.found.append(sentence_for(error, text))
    except yaml.YAMLError:
        builder.root = None
        builder.say("yaml_syntax", "This text cannot be read as YAML.", Span(1, 1, 1, 1))
    except _Stop:
        builder.root = None
    return Loaded(builder.root, tuple(builder.found))


def _refuse(text: str) -> Diagnostic | None:
    if len(text) > MAX_LETTERS:
        sentence = f"This text has {len(text)} letters; a flow may have {MAX_LETTERS}."
        return Diagnostic("too_large", "error", sentence, Span(1, 1, 1, 1))
    bad = _BAD_LETTER.search(text, 1 if text.startswith("\ufeff") else 0)
    if bad is None:
        return None
    line = text.count("\n", 0, bad.start()) + 1
    column = bad.start() - text.rfind("\n", 0, bad.start())
    code = f"{ord(bad[0]):04X}"
    instead = "take it out" if bad[0] in "\0\r" else f"write it as \\u{code} in double quotes"
    sentence = f"The letter U+{code} is not allowed in a flow; {instead}."
    return Diagnostic("bad_letter", "error", sentence, Span(line, column, line, column + 1))


def _place(mark: _Mark) -> Place:
    return (mark.line + 1, mark.column + 1, mark.index)


def _span(event: _Event) -> Span:
    start, end = _place(event.start_mark), _place(event.end_mark)
    return Span(*start[:2], *end[:2])
