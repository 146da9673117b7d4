"""Text -> Document and every finding, never just the first. Runs, opens and imports nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Diagnostic, Span
from agentry.flow.document import Agent, Document, ModelSpec
from agentry.flow.findings import Findings
from agentry.flow.keyparts import budget
from agentry.flow.keys import FLOW, MODEL_OPTIONS
from agentry.flow.reach import Reach
from agentry.flow.references import conditions, expressions
from agentry.flow.rules import RULES, Subject
from agentry.flow.tasks import TaskReader
from agentry.flow.text import load
from agentry.flow.triggers import triggers
from agentry.flow.yamltree import YamlMap, kind_word

KNOWN_TOOLS = frozenset(
    {"shell", "python", "read_file", "write_file", "list_files", "echo", "json_query"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says. `document` may be given beside errors, with what could be read."""

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        return not any(finding.severity == "error" for finding in self.diagnostics)


def read(text: str, *, name: str, known_tools: frozenset[str] = KNOWN_TOOLS) -> Reading:
    """Read a flow; `name` is its name where the text gives none. Never raises on any text."""
    loaded = load(text)
    found = Findings(found=list(loaded.diagnostics))
    root = loaded.root
    if root is None:
        if not found.found:
            found.error("empty_flow", "This file is empty; a flow needs tasks.", Span(1, 1, 1, 1))
        return Reading(None, found.sorted())
    if not isinstance(root, YamlMap):
        sentence = f"A flow must be a map with tasks, not {kind_word(root)}."
        found.error("bad_value", sentence, root.span)
        return Reading(None, found.sorted())
    values = FLOW.read_map(root, "", found)
    tasks = TaskReader(found)
    children = tasks.read_list(root.get("tasks"), "", ordered=True)
    document = _document(values, name).model_copy(update={"tasks": children})
    subject = Subject(
        document,
        root,
        tasks.places,
        frozenset(tasks.lost),
        known_tools,
        text,
        found,
        Reach(document),
    )
    for rule in (*RULES, expressions, conditions):
        rule(subject)
    return Reading(document, found.sorted())


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
