"""Lists of tasks: ids, paths, kinds, the needs that a list's order implies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Fix
from agentry.flow.document import KINDS, KINDS_NOW, Kind, Retry, Task
from agentry.flow.findings import Findings, nearest
from agentry.flow.keys import APPROVAL, COMMON_TASK_KEYS, KIND_SIBLINGS, PARALLEL, SEQUENTIAL
from agentry.flow.shapes import NAME_PATTERN, Fields, Text
from agentry.flow.template import OPEN, take_apart
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar, kind_word

_ID = re.compile(NAME_PATTERN)
_KIND_WORDS = ", ".join(kind for kind in KINDS if kind in KINDS_NOW)


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


@dataclass(slots=True)
class TaskReader:
    """Reads task lists; `places` maps each task's path to its map in the text."""

    found: Findings
    places: dict[str, YamlMap] = field(default_factory=lambda: {})
    lost: set[str] = field(default_factory=lambda: set())
    """Ids of tasks that could not be read: naming them is no second mistake."""

    def read_list(self, value: Yaml | None, parent: str, *, ordered: bool) -> tuple[Task, ...]:
        """Return the tasks of a list; a broken one never hides the findings of the others."""
        self.found.path = parent
        if value is None:
            return ()
        if not isinstance(value, YamlList):
            sentence = f"Tasks must be a list, not {kind_word(value)}; start each with '- '."
            self.found.error("bad_value", sentence, value.span)
            return ()
        if not value.items:
            self.found.error("no_tasks", "This list has no tasks; write at least one.", value.span)
        tasks: list[Task] = []
        ids: dict[str, int] = {}
        for place, item in enumerate(value.items, 1):
            self.found.path = parent
            if not isinstance(item, YamlMap):
                sentence = f"A task must be a map such as {{agent: NAME}}, not {kind_word(item)}."
                self.found.error("bad_value", sentence, item.span)
                continue
            task = self.read_task(
                item, parent, place, tasks[-1].id if tasks and ordered else None, ids
            )
            if task is not None:
                tasks.append(task)
        self.found.path = parent
        return tuple(tasks)

    def read_task(
        self, item: YamlMap, parent: str, place: int, above: str | None, ids: dict[str, int]
    ) -> Task | None:
        kind = self.kind_of(item, parent)
        task_id = self.id_of(item, f"{kind or 'task'}-{place}")
        if kind is None:
            self.lost.add(task_id)
            return None
        path = self.path_of(item, parent, task_id, ids)
        task_id = path.rpartition("/")[2]
        self.found.path = path
        fields = _FIELDS[kind]
        own = YamlMap(item.start, item.end, item.flow_style, last_end=item.last_end)
        own.keys = {name: key for name, key in item.keys.items() if name not in KINDS}
        own.values = {name: entry for name, entry in item.values.items() if name not in KINDS}
        values = fields.read_map(own, f"Task {task_id!r}", self.found)
        built: dict[str, object] = {
            "id": task_id,
            "kind": kind,
            "path": path,
            "parent": parent,
            "span": item.inner_span,
            "needs": (above,) if above is not None else (),
        }
        self.places[path] = item
        self.common(values, item, built)
        self.own(kind, item.values[kind], values, built)
        return Task.model_construct(None, **built)

    def kind_of(self, item: YamlMap, parent: str) -> Kind | None:
        """Return the one kind of a task; say so where it has none or two."""
        kinds: list[Kind] = [key for key in item.values if key in KINDS]
        given = item.text("id")
        who = f"Task {given.value!r}" if given is not None else "This task"
        if given is not None:
            self.found.path = f"{parent}/{given.value}" if parent else str(given.value)
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

    def path_of(self, item: YamlMap, parent: str, task_id: str, ids: dict[str, int]) -> str:
        """Return a path of its own even for an id that a sibling already has."""
        count = ids[task_id] = ids.get(task_id, 0) + 1
        unique = task_id if count == 1 else f"{task_id}~{count}"
        path = f"{parent}/{unique}" if parent else unique
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
        for key in ("name", "env", "on_error", "disabled"):
            if key in values:
                built[key] = values[key]
        if "timeout" in values:
            built["timeout_ms"] = values["timeout"]
        if "if" in values:
            built["condition"] = self.condition(values["if"], item.values["if"])
        if "retry" in values:
            retry = cast("JsonObject", values["retry"])
            names = {"delay": "delay_ms", "max_delay": "max_delay_ms"}
            built["retry"] = Retry.model_construct(
                None, **{names.get(key, key): value for key, value in retry.items() if key != "on"}
            )

    def condition(self, value: Json, where: Yaml) -> str:
        """Return the expression of an `if`, without its `${{ }}`."""
        if not isinstance(value, str):
            return "true" if value else "false"
        if OPEN not in value:
            return value.strip()
        lone = take_apart(value).lone
        if lone is not None:
            return lone.source.strip()
        sentence = "'if' must be one expression; put all of it into ${{ }}, or leave ${{ }} out."
        self.found.error("bad_condition", sentence, where.span)
        return "true"

    def own(self, kind: Kind, value: Yaml, values: JsonObject, built: dict[str, object]) -> None:
        """Take the keys of one kind."""
        if kind not in KINDS_NOW:
            item = self.places[cast("str", built["path"])]
            sentence = f"Task kind {kind!r} is not part of this release yet."
            self.found.error("kind_not_supported", sentence, item.keys[kind].span)
            return
        if kind in ("agent", "tool"):
            name = Text("a name").read(value, f"The {kind} of task {built['id']!r}", self.found)
            built[kind] = name if isinstance(name, str) else ""
            built.update(
                (ours, values[key])
                for key, ours in (("input", "input"), ("output", "output_schema"), ("with", "args"))
                if key in values
            )
        elif kind == "approval":
            self.approval(value, built)
        else:
            self.container(kind, value, built)

    def approval(self, value: Yaml, built: dict[str, object]) -> None:
        read = APPROVAL.read(value, f"The approval of task {built['id']!r}", self.found)
        if not isinstance(read, dict):
            return
        built.update((key, read[key]) for key in ("ask", "need", "form") if key in read)
        built["to"] = tuple(cast("list[str]", read.get("to", [])))
        if "expires" in read:
            built["expires_ms"] = read["expires"]

    def container(self, kind: Kind, value: Yaml, built: dict[str, object]) -> None:
        children: Yaml | None = value
        if isinstance(value, YamlMap):
            shape = PARALLEL if kind == "parallel" else SEQUENTIAL
            what = f"The {kind} of task {built['id']!r}"
            read = shape.read_map(value, what, self.found)
            built.update((key, read[key]) for key in ("max", "join", "fail_fast") if key in read)
            children = value.get("do")
        path = cast("str", built["path"])
        built["children"] = self.read_list(children, path, ordered=kind == "sequential")
        self.found.path = path
