"""Text -> Document and every finding, never just the first. Runs, opens and imports nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.flow.children import ChildText
from agentry.flow.diagnostics import Diagnostic, Span
from agentry.flow.document import Agent, Document, ModelSpec
from agentry.flow.findings import Findings
from agentry.flow.include import File, Files, Loader
from agentry.flow.keyparts import budget
from agentry.flow.keys import FLOW, MODEL_OPTIONS
from agentry.flow.kin import ChildReading, Kin, Once, child_flows
from agentry.flow.reach import Reach
from agentry.flow.recover import load_rest
from agentry.flow.references import conditions, expressions
from agentry.flow.rules import RULES, Subject
from agentry.flow.sense import SENSE
from agentry.flow.tasks import TaskReader
from agentry.flow.triggers import triggers
from agentry.flow.yamltree import YamlMap, kind_word

KNOWN_TOOLS = frozenset(
    {
        "echo",
        "json_query",
        "list_files",
        "load_state",
        "python",
        "read_file",
        "save_state",
        "shell",
        "write_file",
    }
)

_IDS = re.compile(r"\bid: *['\"]?([A-Za-z_][A-Za-z0-9_-]*)")
# Where a part could not be read, what it names may well be there.
_NAMES = frozenset(
    {
        *(
            "child_inputs",
            "missing_key",
            "unknown_agent",
            "unknown_env",
            "unknown_input",
            "unknown_model",
        ),
        *("unknown_need", "unknown_provider", "unknown_task", "unknown_tool", "unknown_var"),
        *("unresolved_var", "unused_agent"),
    }
)

_NAMES_IN_TASKS = frozenset({"child_inputs", "missing_key", "unused_agent"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `document` may be given beside errors, with what could be read.

    `files` are the presets and includes that it was made of; `Texts` reads it again from them.
    `alone` = no other file was asked for, so that the same text always reads the same.
    """

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[File, ...] = ()
    alone: bool = True

    @property
    def ok(self) -> bool:
        return not any(finding.severity == "error" for finding in self.diagnostics)


def read(
    text: str,
    *,
    name: str,
    known_tools: frozenset[str] = KNOWN_TOOLS,
    loader: Loader | None = None,
) -> Reading:
    """Read a flow; `name` is its name where the text gives none. Never raises on any text.

    Without a `loader`, a flow that has presets or includes cannot be read in full, and says so;
    of the flows that it runs nothing is said then.
    """
    if loader is None:
        return _read(text, name, known_tools, None, None)

    def child(of: ChildText, below: Loader, kin: Kin) -> ChildReading:
        reading = _read(of.text, of.name, known_tools, below, kin)
        errors = (finding for finding in reading.diagnostics if finding.severity == "error")
        return ChildReading(reading.document, tuple(errors))

    once = Once(loader)
    return _read(text, name, known_tools, once, Kin(once, child))


def _read(
    text: str,
    name: str,
    known_tools: frozenset[str],
    loader: Loader | None,
    kin: Kin | None,
) -> Reading:
    rest = load_rest(text)
    found = Findings(found=list(rest.loaded.diagnostics))
    root = rest.loaded.root
    if root is None:
        if not found.found:
            found.error("empty_flow", "This file is empty; a flow needs tasks.", Span(1, 1, 1, 1))
        return Reading(None, found.sorted())
    if not isinstance(root, YamlMap):
        sentence = f"A flow must be a map with tasks, not {kind_word(root)}."
        found.error("bad_value", sentence, root.span)
        return Reading(None, found.sorted())
    files = Files(text, found, loader)
    root = files.merged(root)
    subject = _checked(root, name, files, known_tools, frozenset(_IDS.findall(rest.cut)))
    document = subject.document
    has_children = kin is not None and child_flows(subject, kin, files.file_at)
    findings = files.settle(found.sorted())
    if rest.cut or files.missing:
        unsure = _NAMES if files.missing or rest.keys - {"tasks"} else _NAMES_IN_TASKS
        findings = tuple(finding for finding in findings if finding.code not in unsure)
    if files.parts:
        placed = tuple(files.placed(task) for task in document.tasks)
        document = document.model_copy(update={"tasks": placed})
    alone = not (files.parts or files.missing or has_children)
    return Reading(document, findings, files.files, alone)


def _checked(
    root: YamlMap,
    name: str,
    files: Files,
    known_tools: frozenset[str],
    lost: frozenset[str],
) -> Subject:
    """Read a tree into a document, and check it by every rule that needs no other file."""
    found = files.found
    found.path = ""
    values = FLOW.read_map(root, "", found)
    tasks = TaskReader(found)
    children = tasks.read_list(root.get("tasks"), "", ordered=True)
    document = _document(values, name).model_copy(update={"tasks": children})
    subject = Subject(
        document,
        root,
        tasks.places,
        frozenset(tasks.lost) | lost,
        known_tools,
        files.text,
        found,
        Reach(document),
    )
    for rule in (*RULES, *SENSE, expressions, conditions):
        rule(subject)
    return subject


def _document(values: JsonObject, name: str) -> Document:
    built: dict[str, object] = {"name": name}
    for key in ("name", "description", "inputs", "env", "tools", "outputs"):
        if key in values:
            built[key] = values[key]
    built["models"] = {
        alias: _model(cast("JsonObject", spec))
        for alias, spec in _entries(values, "models").items()
    }
    built["agents"] = {
        agent: _agent(agent, cast("JsonObject", spec))
        for agent, spec in _entries(values, "agents").items()
    }
    if "budget" in values:
        built["budget"] = budget(_entries(values, "budget"))
    if "on" in values:
        built["on"] = triggers(_entries(values, "on"))
    return Document.model_construct(None, **built)


def _entries(values: JsonObject, key: str) -> dict[str, Json]:
    return cast("dict[str, Json]", values.get(key, {}))


def _model(spec: JsonObject) -> ModelSpec:
    options = {key: value for key, value in spec.items() if key in MODEL_OPTIONS}
    options |= _entries(spec, "options")
    return ModelSpec.model_construct(
        provider=spec.get("provider"),
        model=spec.get("model"),
        options=options,
        turns=tuple(cast("list[Json]", spec.get("turns", []))),
        first_of=tuple(cast("list[Json]", spec.get("first_of", []))),
    )


def _agent(name: str, spec: JsonObject) -> Agent:
    plain = ("prompt", "vars", "env", "max_turns", "memory")
    built: dict[str, object] = {key: spec[key] for key in plain if key in spec}
    for key in ("tools", "may_spawn", "restricted_tools"):
        built[key] = tuple(cast("list[Json]", spec.get(key, [])))
    if "budget" in spec:
        built["budget"] = budget(_entries(spec, "budget"))
    return Agent.model_construct(None, name=name, model=spec.get("model", ""), **built)
