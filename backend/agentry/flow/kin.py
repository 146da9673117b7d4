"""Rules about child flows: they are there, never come to run themselves, and get what they ask for.

Each child is read in full, once a reading, by the reader itself; so its own children are too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from agentry.base.json import Json, JsonObject
from agentry.base.schema import misfit
from agentry.flow.children import Below, ChildText, child_at
from agentry.flow.diagnostics import Diagnostic, Span
from agentry.flow.document import Document, Task
from agentry.flow.findings import Findings, nearest, or_else, use
from agentry.flow.include import Loader, resolved
from agentry.flow.rules import Subject
from agentry.flow.yamltree import YamlMap

MOST_DEEP = 16
MOST_FLOWS = 100
_UNBOUNDED = frozenset({"$ref", "$dynamicRef", "pattern", "patternProperties"})
"""A stranger's patterns and circles can take for ever, so nothing that is only read tries them."""


@dataclass(frozen=True, slots=True)
class Once:
    """A loader that asks another one for each file once."""

    outer: Loader
    texts: dict[str, str] = field(default_factory=lambda: {})

    def load(self, path: str, *, beside: str) -> str:
        """Return the text at `path`; raise what the other loader raises."""
        place = resolved(path, beside)
        if place not in self.texts:
            self.texts[place] = self.outer.load(path, beside=beside)
        return self.texts[place]


@dataclass(frozen=True, slots=True)
class ChildReading:
    """What a child flow says; `document` is absent where nothing of it could be read."""

    document: Document | None
    errors: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Kin:
    """The flow being read among its kin. `trail`: the flows that led here, the last is this one.

    Paths are from the folder of the flow that the whole reading is of, which itself is ''.
    """

    loader: Loader
    read: Callable[[ChildText, Loader, Kin], ChildReading]
    trail: tuple[str, ...] = ()
    known: dict[str, ChildReading] = field(default_factory=lambda: {})

    def beside(self, file: str) -> str:
        """Return the place of `file`, a file that this flow includes, or of this flow itself."""
        base = self.trail[-1] if self.trail else ""
        return resolved(file, base) if file else base

    def reading(self, child: ChildText) -> ChildReading | None:
        """Return what a child says; None where so many flows are read that it stays unread."""
        found = self.known.get(child.base)
        if found is None and len(self.known) < MOST_FLOWS:
            inner = replace(self, trail=(*self.trail, child.base))
            found = self.read(child, Below(self.loader, child.base), inner)
            self.known[child.base] = found
        return found


def child_flows(subject: Subject, kin: Kin, file_at: Callable[[int], str]) -> bool:
    """Check each task that runs a flow; `file_at` tells the file of a line. Return if there is one.

    A task that is disabled may name a flow that is not there, and give it what it likes.
    """
    tasks = [task for task in subject.document.walk() if task.kind == "flow" and task.flow]
    for task in tasks:
        _child_flow(subject, task, kin, kin.beside(file_at(task.span.line)))
    return bool(tasks)


def _child_flow(subject: Subject, task: Task, kin: Kin, beside: str) -> None:
    found, place = subject.found, subject.places[task.path]
    found.path = task.path
    written = place.get("flow")
    span = task.span if written is None else written.span
    child = child_at(task.flow or "", kin.loader, beside=beside)
    if child is None:
        if not task.disabled:
            sentence = (
                f"Task {task.id!r} runs flow {task.flow!r}, and there is no such file in the "
                "flow's folder or checkout; write its path relative to this file."
            )
            found.error("missing_child", sentence, span)
        return
    if child.base in kin.trail:
        cycle = " → ".join((*kin.trail[kin.trail.index(child.base) :], child.base))
        sentence = f"These flows run each other: {cycle}; take one of them out."
        found.error("child_cycle", sentence, span)
        return
    if len(kin.trail) >= MOST_DEEP:
        sentence = f"This is more than {MOST_DEEP} child flows deep; let fewer flows run others."
        found.error("too_deep", sentence, span)
        return
    reading = kin.reading(child)
    if reading is not None and reading.errors:
        _child_errors(child, reading.errors, span, found)
    elif reading is not None and reading.document is not None and not task.disabled:
        _child_inputs(task, place, reading.document, span, found)


def _child_errors(
    child: ChildText, errors: tuple[Diagnostic, ...], span: Span, found: Findings
) -> None:
    for error in errors:
        if error.code == "child_cycle" or error.code == "child_errors":
            # What is wrong far below is told the same way at every flow above.
            found.error(error.code, error.message, span)
            return
    first = errors[0]
    place = f"{child.base}, line {first.span.line}"
    found.error("child_errors", f"This runs a flow that has errors: {place}: {first.message}", span)


def _child_inputs(task: Task, place: YamlMap, child: Document, span: Span, found: Findings) -> None:
    written = place.get("inputs")
    if written is not None and not isinstance(written, YamlMap):
        return
    given = task.flow_inputs
    open_names = set(child.inputs) - set(given)
    missing = [
        name
        for name, schema in child.inputs.items()
        if name in open_names and "default" not in schema and schema.get("optional") is not True
    ]
    for name, value in given.items():
        key = written.keys.get(name) if written is not None else None
        at = span if key is None else key.span
        schema = child.inputs.get(name)
        if schema is None:
            near = nearest(name, open_names)
            tail = or_else(near, child.inputs, "it has")
            sentence = f"Flow {task.flow!r} has no input {name!r}{tail}"
            found.error("child_inputs", sentence, at, use(near, at))
            # The slip of a name is one mistake, not two.
            missing = [other for other in missing if other != near]
            continue
        problem = None if _is_open(value) else _misfit(schema, value)
        if problem is not None and written is not None:
            sentence = f"Input {name!r} does not fit flow {task.flow!r}: {problem}"
            found.error("child_inputs", sentence, written.values[name].span)
    if missing:
        names = ", ".join(missing)
        at = span if written is None else place.keys["inputs"].span
        sentence = f"Flow {task.flow!r} needs {names}; write {_them(missing)} under inputs."
        found.error("child_inputs", sentence, at)


def _them(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _misfit(schema: JsonObject, value: Json) -> str | None:
    """Return what does not fit; None also where that is left to the run, whose flow is trusted."""
    if _has(schema, _UNBOUNDED):
        return None
    try:
        return misfit(schema, value)
    except RecursionError:
        return None


def _has(value: Json, keys: frozenset[str]) -> bool:
    if isinstance(value, dict):
        return not keys.isdisjoint(value) or any(_has(part, keys) for part in value.values())
    return isinstance(value, list) and any(_has(part, keys) for part in value)


def _is_open(value: Json) -> bool:
    """Tell whether a value is known only when the task starts."""
    if isinstance(value, str):
        return "{{" in value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_is_open(part) for part in parts)
