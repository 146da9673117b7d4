"""Rules about what a flow would do: tasks that never run, values of the wrong type, open gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Span
from agentry.flow.document import Task
from agentry.flow.jsonschema import fits
from agentry.flow.letters import ShapeError, read_letters
from agentry.flow.reach import Reach, in_order, needs_of
from agentry.flow.rules import Rule, Subject
from agentry.flow.template import OPEN, take_apart
from agentry.flow.yamltree import Yaml, YamlMap, YamlScalar, kind_word

_SAYS = {"boolean": "true or false", "array": "a list", "integer": "a whole number"}


def unreachable_task(subject: Subject) -> None:
    """A task should be able to run."""
    for task in subject.document.walk():
        reason, span = _never(subject, task)
        if reason:
            subject.found.path = task.path
            sentence = f"Task {task.id!r} never runs: {reason}."
            subject.found.warn("unreachable_task", sentence, span)
        for name, part, why in _dead_lists(subject, task):
            subject.found.path = task.path
            sentence = f"{name!r} of task {task.id!r} is never done: {why}."
            subject.found.warn("unreachable_task", sentence, part)
    for tasks in subject.reach.lists.values():
        _behind_a_cycle(subject, tasks)


def _never(subject: Subject, task: Task) -> tuple[str, Span]:
    written = subject.places[task.path].get("if")
    if task.condition == "false" and written is not None:
        return "its condition is false; write disabled: true to skip it for now", written.span
    return "", task.span


def _dead_lists(subject: Subject, task: Task) -> Iterator[tuple[str, Span, str]]:
    place = subject.places[task.path].get(task.kind)
    if not isinstance(place, YamlMap):
        return
    if task.test in ("true", "false"):
        dead = "else" if task.test == "true" else "then"
        if any(branch.name == dead and branch.tasks for branch in task.branches):
            yield dead, place.keys[dead].span, f"the condition is {task.test}"
    for key, value in (("times", task.times), ("for_each", task.each)):
        nothing = value == [] or (isinstance(value, int) and value == 0)
        if task.kind == "loop" and nothing and key in place.keys:
            yield "do", place.values[key].span, "there is nothing to go through"


def _behind_a_cycle(subject: Subject, tasks: Sequence[Task]) -> None:
    needs = needs_of(tasks)
    ready = set(in_order(needs))
    stuck = {task_id for task_id in needs if task_id not in ready}
    # Taking away, again and again, what nothing stuck waits for leaves the cycles themselves.
    followers: dict[str, list[str]] = {task_id: [] for task_id in stuck}
    for task_id in stuck:
        for need in needs[task_id]:
            if need in stuck:
                followers[need].append(task_id)
    behind = set(in_order(followers))
    for task in tasks:
        if task.id in behind:
            subject.found.path = task.path
            sentence = f"Task {task.id!r} never runs: it needs tasks that wait for each other."
            written = subject.places[task.path].get("needs")
            span = written.span if written is not None else task.span
            subject.found.warn("unreachable_task", sentence, span)


def type_mismatch(subject: Subject) -> None:
    """Where a type is known, it must be the one that is needed."""
    for path, place in subject.places.items():
        subject.found.path = path
        _wanted(subject, path, place.get("if"), "boolean")
        condition, loop = place.get("condition"), place.get("loop")
        if isinstance(condition, YamlMap):
            _wanted(subject, path, condition.get("if"), "boolean")
        if isinstance(loop, YamlMap):
            _wanted(subject, path, loop.get("while"), "boolean")
            _wanted(subject, path, loop.get("for_each"), "array")
            _wanted(subject, path, loop.get("times"), "integer")
        _arguments(subject, subject.reach.tasks[path], place.get("with"))


def _wanted(subject: Subject, path: str, written: Yaml | None, wanted: str) -> None:
    """Check an expression that only reads: `inputs.x`, or a typed answer."""
    if not isinstance(written, YamlScalar) or not isinstance(written.value, str):
        return
    source = written.value
    if OPEN in source:
        lone = take_apart(source).lone
        source = lone.source if lone is not None else ""
    try:
        letters = read_letters(source)
    except ShapeError:
        return
    if not letters.is_path:
        return
    names = letters.references[0].path
    schema = _schema_of(subject, path, names)
    given = schema.get("type") if schema is not None else None
    if isinstance(given, str) and given != wanted:
        sentence = f"{'.'.join(names)} is of type {given}, and this needs {_SAYS[wanted]}."
        subject.found.error("type_mismatch", sentence, written.span)


def _schema_of(subject: Subject, path: str, names: tuple[str, ...]) -> JsonObject | None:
    """Return the JSON Schema of what a reference gives, where the flow says it."""
    schema: Json = None
    members: list[str] = []
    match names:
        case ("inputs", name, *members):
            schema = subject.document.inputs.get(name)
        case ("tasks", name, "output", *members):
            task = subject.reach.tasks.get(subject.reach.visible(path).get(name, ""))
            schema = task.output_schema if task is not None else None
        case _:
            pass
    for member in members:
        properties = schema.get("properties") if isinstance(schema, dict) else None
        schema = properties.get(member) if isinstance(properties, dict) else None
    return schema if isinstance(schema, dict) else None


def _arguments(subject: Subject, task: Task, written: Yaml | None) -> None:
    """Check arguments that are written out against the manifest of a tool of this flow."""
    manifest = subject.document.tools.get(task.tool or "")
    params = manifest.get("params") if manifest is not None else None
    properties = params.get("properties") if isinstance(params, dict) else None
    if not isinstance(properties, dict) or not isinstance(written, YamlMap):
        return
    for name, value in written.values.items():
        schema = properties.get(name)
        wanted = schema.get("type") if isinstance(schema, dict) else None
        template = isinstance(value, YamlScalar) and "{{" in str(value.value)
        if isinstance(wanted, str) and not template and not fits(value, wanted):
            sentence = f"{name} of tool {task.tool!r} is of type {wanted}, not {kind_word(value)}."
            subject.found.error("type_mismatch", sentence, value.span)


def ungated_tool(subject: Subject) -> None:
    """A privileged tool of the flow should have an approval before it."""
    tools = subject.document.tools
    privileged = {name for name, manifest in tools.items() if manifest.get("privileged") is True}
    if not privileged:
        return
    gates = _Gates(subject.reach)
    for task in subject.document.walk():
        agent = subject.document.agents.get(task.agent or "")
        used = {task.tool} if agent is None else set(agent.tools)
        names = sorted(name for name in used & privileged if name)
        if not names or gates.before(task):
            continue
        subject.found.path = task.path
        written = subject.places[task.path].get(task.kind)
        span = written.span if written is not None else task.span
        sentence = (
            f"Task {task.id!r} can use the privileged tool {names[0]!r}, "
            "and no approval comes before it."
        )
        subject.found.warn("ungated_tool", sentence, span)


@dataclass(slots=True)
class _Gates:
    """Where approvals stand, list by list, so that each task is asked about once a level."""

    reach: Reach
    _masks: dict[str, int] = field(default_factory=lambda: {})

    def before(self, task: Task) -> bool:
        """Return whether an approval has ended in every case when the task starts."""
        return any(
            self.reach.before(container)[around.path] & self._mask(container)
            for around in self.reach.around(task.path)
            for container in [around.path.rpartition("/")[0]]
        )

    def _mask(self, container: str) -> int:
        mask = self._masks.get(container)
        if mask is None:
            tasks = self.reach.lists[container]
            mask = sum(1 << place for place, task in enumerate(tasks) if self._asks(task))
            self._masks[container] = mask
        return mask

    def _asks(self, task: Task) -> bool:
        if task.kind in ("sequential", "parallel"):
            return self._mask(task.path) != 0 if task.children else False
        return task.kind == "approval"


SENSE: tuple[Rule, ...] = (unreachable_task, type_mismatch, ungated_tool)
