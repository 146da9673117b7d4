"""What stands under the kind key of a task: one function a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import quote

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Fix, Span
from agentry.flow.document import Branch, Kind, Task
from agentry.flow.findings import Findings
from agentry.flow.shapes import Text
from agentry.flow.taskkeys import KIND_FIELDS
from agentry.flow.template import OPEN, take_apart
from agentry.flow.yamltree import Yaml, YamlMap, YamlScalar, to_json

LIST_NAMES = frozenset({"on_error", "on_expire"})
"""Steps of paths that no task and no case may take for itself."""
MOST_ITERATIONS = 10


class Lists(Protocol):
    """Reads a list of tasks below another task."""

    found: Findings

    def read_list(
        self,
        value: Yaml | None,
        parent: str,
        *,
        ordered: bool,
        branch: tuple[str, str] | None = None,
        empty: bool = False,
    ) -> tuple[Task, ...]: ...


@dataclass(frozen=True, slots=True)
class Written:
    """A task as far as it is read: its kind's value, its other values, what it is built of."""

    kind: Kind
    value: Yaml
    values: JsonObject
    built: dict[str, object]

    @property
    def path(self) -> str:
        return cast("str", self.built["path"])

    @property
    def what(self) -> str:
        return f"The {self.kind} of task {self.built['id']!r}"

    def take(self, values: JsonObject, **names: str) -> None:
        """Take values under the document's names for them."""
        self.built.update((names[key], values[key]) for key in names if key in values)

    def read_map(self, found: Findings) -> tuple[YamlMap, JsonObject] | None:
        """Return the kind's map and its values; None, and said so, where it is no map."""
        shape = KIND_FIELDS[self.kind]
        if isinstance(self.value, YamlMap):
            return self.value, shape.read_map(self.value, self.what, found)
        shape.read(self.value, self.what, found)
        return None


def read_kind(lists: Lists, task: Written) -> None:
    """Take the keys of one kind."""
    _KINDS[task.kind](lists, task)


def expression(value: Json, where: Yaml, key: str, found: Findings) -> str:
    """Return the expression of a key such as `if`, without its `${{ }}`."""
    if not isinstance(value, str):
        return "true" if value else "false"
    if OPEN not in value:
        return value.strip()
    lone = take_apart(value).lone
    if lone is not None:
        return lone.source.strip()
    sentence = f"{key!r} must be one expression; put all of it into ${{{{ }}}}, or leave it out."
    found.error("bad_condition", sentence, where.span)
    return "true"


def path_step(name: str) -> str:
    """Return a case's value as one step of a path: odd letters as %XX."""
    return quote(name, safe="-_.!~*'()", errors="replace") or "%"


def _named(lists: Lists, task: Written) -> None:
    name = Text("a name").read(task.value, task.what, lists.found)
    task.built[task.kind] = name if isinstance(name, str) else ""
    task.take(task.values, input="input", output="output_schema", **{"with": "args"})


def _flow(lists: Lists, task: Written) -> None:
    path = Text("a path").read(task.value, task.what, lists.found)
    task.built["flow"] = path if isinstance(path, str) else ""
    task.take(task.values, inputs="flow_inputs")


def _container(lists: Lists, task: Written) -> None:
    children: Yaml | None = task.value
    if isinstance(task.value, YamlMap):
        read = KIND_FIELDS[task.kind].read_map(task.value, task.what, lists.found)
        task.take(read, max="max", join="join", fail_fast="fail_fast")
        children = task.value.get("do")
    ordered = task.kind == "sequential"
    task.built["children"] = lists.read_list(children, task.path, ordered=ordered)


def _approval(lists: Lists, task: Written) -> None:
    read = task.read_map(lists.found)
    if read is None:
        return
    value, values = read
    task.take(values, ask="ask", need="need", form="form", expires="expires_ms")
    task.built["to"] = tuple(cast("list[str]", values.get("to", [])))
    expired = value.get("on_expire")
    if expired is None:
        return
    if "expires" not in value.values:
        span = value.keys["on_expire"].span
        sentence = f"{task.what} never expires, so on_expire does nothing; write expires."
        lists.found.error("bad_form", sentence, span)
    task.built["on_expire"] = lists.read_list(
        expired, task.path, ordered=True, branch=("on_expire", "on_expire")
    )


def _condition(lists: Lists, task: Written) -> None:
    read = task.read_map(lists.found)
    if read is None:
        return
    value, values = read
    slip = _condition_slip(value)
    if slip is not None:
        lists.found.error("bad_form", f"{task.what} {slip[0]}", slip[1])
    branches: list[Branch] = []
    for key, entry in value.values.items():
        if key in ("if", "on") and key in values:
            source = expression(values[key], entry, key, lists.found)
            task.built["test" if key == "if" else "subject"] = source
        elif key in ("then", "else", "default"):
            branches.append(_branch(lists, task, key, None, entry))
        elif key == "cases" and isinstance(entry, YamlMap):
            branches.extend(_cases(lists, task, entry))
    task.built["branches"] = tuple(branches)
    task.built["children"] = tuple(child for branch in branches for child in branch.tasks)


def _condition_slip(value: YamlMap) -> tuple[str, Span] | None:
    keys = value.keys
    if ("if" in keys) == ("on" in keys):
        count = "has both if and on; keep one." if "if" in keys else "needs if and then, or on."
        return count, (keys["on"].span if "on" in keys else value.first_span)
    wrong = ("cases", "default") if "if" in keys else ("then", "else")
    own = "if" if "if" in keys else "on"
    for key in wrong:
        if key in keys:
            return f"has {own!r}, so it takes no {key!r}.", keys[key].span
    needed = "then" if "if" in keys else "cases"
    if needed not in keys:
        return f"has {own!r} and no {needed!r}.", value.first_span
    return None


def _cases(lists: Lists, task: Written, cases: YamlMap) -> list[Branch]:
    branches: list[Branch] = []
    for name, entry in cases.values.items():
        if name.startswith("x-"):
            continue
        key = cases.keys[name]
        if name == "default" or name in LIST_NAMES:
            sentence = (
                f"A case cannot be called {name!r}, which has a meaning of its own; "
                "write default beside cases for every other value."
            )
            lists.found.error("bad_case", sentence, key.span)
            continue
        branches.append(_branch(lists, task, name, to_json(key), entry))
    return branches


def _branch(lists: Lists, task: Written, name: str, value: Json, entry: Yaml) -> Branch:
    step = path_step(name)
    tasks = lists.read_list(entry, task.path, ordered=True, branch=(name, step), empty=True)
    return Branch.model_construct(name=name, value=value, key=step, tasks=tasks)


def _loop(lists: Lists, task: Written) -> None:
    read = task.read_map(lists.found)
    if read is None:
        return
    value, values = read
    found = lists.found
    slip = _loop_slip(value)
    if slip is not None:
        found.error("bad_form", f"{task.what} {slip[0]}", slip[1])
    if "while" in value.values and "max_iterations" not in value.values:
        at = value.keys["while"]
        sentence = f"{task.what} has no max_iterations, so it could go on for ever."
        found.error("unbounded_loop", sentence, at.span, _bound(value))
    task.take(values, max_parallel="max_parallel", max_iterations="max_iterations")
    _item_name(task, value, values, found)
    if "while" in values:
        task.built["while_"] = expression(values["while"], value.values["while"], "while", found)
    for key, name in (("for_each", "each"), ("times", "times")):
        if key in values:
            task.built[name] = _template(values[key], value.values[key], key, found)
    task.built["children"] = lists.read_list(value.get("do"), task.path, ordered=True)


def _item_name(task: Written, value: YamlMap, values: JsonObject, found: Findings) -> None:
    name = values.get("as")
    if not isinstance(name, str):
        return
    if name.isascii() and name.isidentifier() and name not in ("index", "iteration"):
        task.built["as_name"] = name
        return
    sentence = f"{task.what}: {name!r} cannot name an item; write a word such as file."
    found.error("bad_id", sentence, value.values["as"].span)


def _template(value: Json, where: Yaml, key: str, found: Findings) -> Json:
    """Return an expression as a template, so that it resolves like every other value."""
    if not isinstance(value, str):
        return value
    return f"{OPEN} {expression(value, where, key, found)} }}}}"


_FORMS = {
    "for_each": ("as", "max_parallel"),
    "while": ("max_iterations",),
    "times": (),
}


def _loop_slip(value: YamlMap) -> tuple[str, Span] | None:
    forms = [form for form in _FORMS if form in value.keys]
    if len(forms) != 1:
        if not forms:
            return "needs for_each, while or times.", value.first_span
        both = " and ".join(forms)
        return f"has {both}; keep one.", value.keys[forms[1]].span
    for form, own in _FORMS.items():
        for key in own:
            if form != forms[0] and key in value.keys:
                return f"has {forms[0]}, so it takes no {key!r}.", value.keys[key].span
    return None


def _bound(value: YamlMap) -> Fix | None:
    """Offer a bound behind a `while` that is written on one line."""
    entry, key = value.values["while"], value.keys["while"]
    if not isinstance(entry, YamlScalar) or entry.style in ("|", ">"):
        return None
    end = entry.span
    between = ", " if value.flow_style else "\n" + " " * (key.start[1] - 1)
    return Fix(
        f"Add max_iterations: {MOST_ITERATIONS}",
        Span(end.end_line, end.end_column, end.end_line, end.end_column),
        f"{between}max_iterations: {MOST_ITERATIONS}",
    )


def _wait(lists: Lists, task: Written) -> None:
    read = task.read_map(lists.found)
    if read is None:
        return
    value, values = read
    forms = [form for form in ("for", "until", "message") if form in value.keys]
    if len(forms) != 1:
        slip = f"has {' and '.join(forms)}; keep one." if forms else "needs for, until or message."
        span = value.keys[forms[1]].span if forms else value.first_span
        lists.found.error("bad_form", f"{task.what} {slip}", span)
    elif "expires" in value.keys and forms[0] != "message":
        sentence = f"{task.what} has {forms[0]}, so it takes no 'expires'."
        lists.found.error("bad_form", sentence, value.keys["expires"].span)
    task.take(values, until="until", message="message", expires="expires_ms", **{"for": "wait_ms"})


_KINDS: dict[Kind, Callable[[Lists, Written], None]] = {
    "agent": _named,
    "tool": _named,
    "sequential": _container,
    "parallel": _container,
    "condition": _condition,
    "loop": _loop,
    "approval": _approval,
    "flow": _flow,
    "wait": _wait,
}
