"""Lists of tasks: ids, paths, kinds, the needs that a list's order implies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from agentry.base.json import JsonObject
from agentry.flow.diagnostics import Fix
from agentry.flow.document import KINDS, Kind, Retry, Task
from agentry.flow.findings import Findings, nearest
from agentry.flow.keyparts import budget
from agentry.flow.kinds import LIST_NAMES, Written, expression, read_kind
from agentry.flow.shapes import NAME_PATTERN, Fields
from agentry.flow.taskkeys import COMMON_TASK_KEYS, KIND_SIBLINGS
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar, kind_word

_ID = re.compile(NAME_PATTERN)
_KIND_WORDS = ", ".join(KINDS)


def _fields_of(kind: str) -> Fields:
    own = KIND_SIBLINGS.get(kind, {})
    elsewhere = {
        key: f"{key!r} belongs to {other} tasks; this is {_article(kind)} task."
        for other, keys in KIND_SIBLINGS.items()
        for key in keys
        if key not in own
    }
    return Fields(COMMON_TASK_KEYS | own, hidden=elsewhere)


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


_FIELDS = {kind: _fields_of(kind) for kind in KINDS}


@dataclass(frozen=True, slots=True)
class _Here:
    """One list: the task it is of, its branch, the ids it has."""

    parent: str
    branch: tuple[str, str] | None
    ids: dict[str, int] = field(default_factory=lambda: {})

    @property
    def prefix(self) -> str:
        """What the paths of its tasks start with."""
        above = f"{self.parent}/" if self.parent else ""
        return f"{above}{self.branch[1]}/" if self.branch is not None else above


@dataclass(slots=True)
class TaskReader:
    """Reads task lists; `places` maps each task's path to its map in the text."""

    found: Findings
    places: dict[str, YamlMap] = field(default_factory=lambda: {})
    lost: set[str] = field(default_factory=lambda: set())
    """Ids of tasks that could not be read: naming them is no second mistake."""

    def read_list(
        self,
        value: Yaml | None,
        parent: str,
        *,
        ordered: bool,
        branch: tuple[str, str] | None = None,
        empty: bool = False,
    ) -> tuple[Task, ...]:
        """Return the tasks of a list; a broken one never hides the findings of the others.

        `branch` = name and step of paths, where its parent has several lists.
        """
        self.found.path = parent
        if value is None:
            return ()
        if not isinstance(value, YamlList):
            sentence = f"Tasks must be a list, not {kind_word(value)}; start each with '- '."
            self.found.error("bad_value", sentence, value.span)
            return ()
        if not value.items and not empty:
            self.found.error("no_tasks", "This list has no tasks; write at least one.", value.span)
        here = _Here(parent, branch)
        tasks: list[Task] = []
        for place, item in enumerate(value.items, 1):
            self.found.path = parent
            if not isinstance(item, YamlMap):
                sentence = f"A task must be a map such as {{agent: NAME}}, not {kind_word(item)}."
                self.found.error("bad_value", sentence, item.span)
                continue
            task = self.read_task(item, here, place, tasks[-1].id if tasks and ordered else None)
            if task is not None:
                tasks.append(task)
        self.found.path = parent
        return tuple(tasks)

    def read_task(self, item: YamlMap, here: _Here, place: int, above: str | None) -> Task | None:
        kind = self.kind_of(item, here.prefix)
        task_id = self.id_of(item, f"{kind or 'task'}-{place}")
        if kind is None:
            self.lost.add(task_id)
            return None
        path = self.path_of(item, here, task_id)
        task_id = path.rpartition("/")[2]
        self.found.path = path
        own = YamlMap(item.start, item.end, item.flow_style, last_end=item.last_end)
        own.keys = {name: key for name, key in item.keys.items() if name not in KINDS}
        own.values = {name: entry for name, entry in item.values.items() if name not in KINDS}
        values = _FIELDS[kind].read_map(own, f"Task {task_id!r}", self.found)
        built: dict[str, object] = {
            "id": task_id,
            "kind": kind,
            "path": path,
            "parent": here.parent,
            "span": item.inner_span,
            "needs": (above,) if above is not None else (),
        }
        if here.branch is not None:
            built["branch"] = here.branch[0]
        self.places[path] = item
        self.common(values, item, built)
        read_kind(self, Written(kind, item.values[kind], values, built))
        self.found.path = path
        if values.get("on_error") == "do":
            built["rescue"] = self.read_list(
                item.values["on_error"], path, ordered=True, branch=("on_error", "on_error")
            )
            self.found.path = path
        return Task.model_construct(None, **built)

    def kind_of(self, item: YamlMap, prefix: str) -> Kind | None:
        """Return the one kind of a task; say so where it has none or two."""
        kinds: list[Kind] = [key for key in item.values if key in KINDS]
        given = item.text("id")
        who = f"Task {given.value!r}" if given is not None else "This task"
        if given is not None:
            self.found.path = f"{prefix}{given.value}"
        if not kinds:
            for name, key in item.keys.items():
                near = nearest(name, KINDS)
                if near is not None and name not in COMMON_TASK_KEYS:
                    sentence = f"{who} has no key {name!r}; did you mean {near!r}?"
                    fix = Fix(f"Use {near}", key.span, near)
                    self.found.error("unknown_key", sentence, key.span, fix)
                    return None
            sentence = f"{who} has no kind; give it one of {_KIND_WORDS}."
            self.found.error("no_kind", sentence, item.first_span)
            return None
        if len(kinds) > 1:
            both = " and ".join(repr(kind) for kind in kinds)
            sentence = (
                f"{who} has {len(kinds)} kinds, {both}; keep one, the other is a task of its own."
            )
            self.found.error("two_kinds", sentence, item.keys[kinds[1]].span)
        return kinds[0]

    def id_of(self, item: YamlMap, made: str) -> str:
        written = item.get("id")
        if written is None:
            return made
        if isinstance(written, YamlScalar) and isinstance(written.value, str):
            if written.value in LIST_NAMES:
                sentence = f"The id {written.value!r} has a meaning of its own in paths."
                self.found.error("bad_id", sentence, written.span)
                return made
            if _ID.match(written.value):
                return written.value
            better = re.sub(r"[^A-Za-z0-9_-]+", "_", written.value).strip("_-")[:64]
            fix = Fix(f"Use {better}", written.span, better) if _ID.match(better) else None
            sentence = (
                f"The id {written.value!r} must start with a letter "
                "and hold only letters, digits, '_' and '-'."
            )
            self.found.error("bad_id", sentence, written.span, fix)
        return made

    def path_of(self, item: YamlMap, here: _Here, task_id: str) -> str:
        """Return a path of its own even for an id that a sibling already has."""
        count = here.ids[task_id] = here.ids.get(task_id, 0) + 1
        path = here.prefix + (task_id if count == 1 else f"{task_id}~{count}")
        if count > 1:
            self.found.path = path
            written = item.get("id")
            span = written.span if written is not None else item.inner_span
            sentence = f"Two tasks of one list have the id {task_id!r}; give this one another."
            self.found.error("duplicate_id", sentence, span)
        return path

    def common(self, values: JsonObject, item: YamlMap, built: dict[str, object]) -> None:
        """Take the keys that every kind has."""
        if "needs" in values:
            built["needs"] = tuple(dict.fromkeys(cast("list[str]", values["needs"])))
        for key in ("name", "env", "on_error", "disabled", "pin"):
            if key in values:
                built[key] = values[key]
        if "pin" in values:
            built["pinned"] = True
        if "timeout" in values:
            built["timeout_ms"] = values["timeout"]
        if "if" in values:
            built["condition"] = expression(values["if"], item.values["if"], "if", self.found)
        if "budget" in values:
            built["budget"] = budget(cast("JsonObject", values["budget"]))
        if "retry" in values:
            built["retry"] = _retry(cast("JsonObject", values["retry"]))


def _retry(read: JsonObject) -> Retry:
    retry: dict[str, object] = dict(read)
    for key in ("delay", "max_delay"):
        if key in retry:
            retry[f"{key}_ms"] = retry.pop(key)
    retry["on"] = tuple(cast("list[str]", retry.get("on", [])))
    return Retry.model_construct(None, **retry)
