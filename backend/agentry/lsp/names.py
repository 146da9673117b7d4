"""Every place in a flow that names an agent, a model, a tool or a task, or defines one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agentry.flow.diagnostics import Span
from agentry.flow.expr import ExpressionSyntaxError, check
from agentry.flow.letters import Reference
from agentry.flow.places import Where, bare_expressions, templates
from agentry.flow.references import Written
from agentry.flow.rules import Subject
from agentry.flow.template import OPEN, take_apart
from agentry.flow.yamltree import Yaml, YamlList, YamlScalar, texts_in

Kind = Literal["agent", "model", "tool", "task"]
_OWNERS: tuple[tuple[Kind, str], ...] = (
    ("agent", "agents"),
    ("model", "models"),
    ("tool", "tools"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """One place. `target` is a name; of a task, its path.

    `form` says how it is written: a value or a key, `.name` of an expression, or `['name']`; `lost`
    is an expression whose letters cannot be told, as in a text with escapes.
    """

    kind: Kind
    target: str
    span: Span
    defines: bool = False
    form: Literal["plain", "dotted", "quoted", "lost"] = "plain"

    def holds(self, line: int, column: int) -> bool:
        """Return whether a letter (from 1) is one of these, or right behind them."""
        start, end = (self.span.line, self.span.column), (self.span.end_line, self.span.end_column)
        return start <= (line, column) <= end


def names_in(subject: Subject) -> Iterator[Named]:
    """Yield every place of the flow's own text that has a name."""
    for kind, key in _OWNERS:
        owner = subject.root.get(key)
        for name, written in getattr(owner, "keys", {}).items():
            yield Named(kind, name, written.span, defines=True)
    for agent in subject.entries("agents").values():
        yield from _values("model", agent.get("model"))
        yield from _values("tool", agent.get("tools"))
        yield from _values("tool", agent.get("restricted_tools"))
        yield from _values("agent", agent.get("may_spawn"))
    for model in subject.entries("models").values():
        yield from _values("model", model.get("first_of"))
    yield from _tasks(subject)
    yield from _expressions(subject)


def _values(kind: Kind, value: Yaml | None) -> Iterator[Named]:
    for item in value.items if isinstance(value, YamlList) else [value]:
        if isinstance(item, YamlScalar) and isinstance(item.value, str):
            yield Named(kind, item.value, item.span)


def _tasks(subject: Subject) -> Iterator[Named]:
    for path, place in subject.places.items():
        written = place.get("id")
        span = written.span if isinstance(written, YamlScalar) else place.first_span
        yield Named("task", path, span, defines=True, form="plain" if written else "lost")
        yield from _values("agent", place.get("agent"))
        yield from _values("tool", place.get("tool"))
        above = path.rpartition("/")[0]
        for need in _values("task", place.get("needs")):
            target = f"{above}/{need.target}" if above else need.target
            if target in subject.places:
                yield Named("task", target, need.span)


def _expressions(subject: Subject) -> Iterator[Named]:
    for where, tree in templates(subject):
        for scalar in texts_in(tree):
            if isinstance(scalar.value, str) and OPEN in scalar.value:
                for written in _holes(subject, scalar, scalar.value):
                    yield from _references(subject, where, written)
    for path, place in subject.places.items():
        for where, scalar in bare_expressions(subject, path, place):
            if isinstance(scalar.value, str) and OPEN not in scalar.value:
                at = subject.text.find(scalar.value, scalar.start[2], scalar.end[2])
                written = Written(scalar.value, scalar.span, scalar, at if at >= 0 else None)
                yield from _references(subject, where, written)


def _holes(subject: Subject, scalar: YamlScalar, value: str) -> Iterator[Written]:
    cursor = scalar.start[2]
    for hole in take_apart(value).holes:
        at = subject.text.find(OPEN + hole.source, cursor, scalar.end[2])
        if at >= 0:
            cursor = at + len(OPEN) + len(hole.source)
        yield Written(hole.source, scalar.span, scalar, at + len(OPEN) if at >= 0 else None)


def _references(subject: Subject, where: Where, written: Written) -> Iterator[Named]:
    try:
        letters = check(written.source)
    except ExpressionSyntaxError:
        return
    reach = subject.reach
    visible = reach.seen_in(where.path) if where.inside else reach.visible(where.path)
    for reference in letters.references:
        if len(reference.path) > 1 and reference.path[0] == "tasks":
            target = visible.get(reference.path[1])
            if target is not None:
                yield _reference(subject, written, reference, target)


def _reference(subject: Subject, written: Written, reference: Reference, target: str) -> Named:
    start, end = reference.parts[1]
    if written.at is None:
        return Named("task", target, written.whole, form="lost")
    dotted = written.source[start : start + 1] != "["
    span = written.span(subject.text, start, end)
    return Named("task", target, span, form="dotted" if dotted else "quoted")
