"""What a schema cannot hold: names that must exist, orders that work. One function a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from agentry.flow.codes import Code
from agentry.flow.diagnostics import Fix, Span
from agentry.flow.document import Document, ModelSpec, Task
from agentry.flow.findings import Findings, nearest, or_else, use
from agentry.flow.reach import Reach, cycle_in, needs_of
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar

PROVIDERS = frozenset({"scripted", "openai", "anthropic", "ollama"})
_RUN_PROGRAMS = frozenset({"shell", "python"})
_HOLD_TASKS = frozenset({"sequential", "parallel", "condition", "loop"})
_NEVER_AGAIN = _HOLD_TASKS | {"approval", "wait"}
_TIMEOUT = "10m"
_MAX_TRAIL = 12
_SECRET = re.compile(
    r"\b(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}"
    r"|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20}|xox[abeprs]-[A-Za-z0-9-]{10,}"
    r"|AKIA[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35})(?![A-Za-z0-9_-])"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A document with the places of its tasks. `lost` are ids of tasks that could not be read."""

    document: Document
    root: YamlMap
    places: dict[str, YamlMap]
    lost: frozenset[str]
    known_tools: frozenset[str]
    text: str
    found: Findings
    reach: Reach

    def entries(self, key: str) -> dict[str, YamlMap]:
        """Return the maps under a key of the flow, such as its agents, by name."""
        owner = self.root.get(key)
        if not isinstance(owner, YamlMap):
            return {}
        return {name: part for name, part in owner.values.items() if isinstance(part, YamlMap)}

    def names(self, key: str) -> set[str]:
        """Return every name under a key of the flow, of broken entries too."""
        owner = self.root.get(key)
        return set(owner.values) if isinstance(owner, YamlMap) else set()


Rule = Callable[[Subject], None]


def unknown_agent(subject: Subject) -> None:
    """A task must name an agent of the flow."""
    known = subject.names("agents")
    for task in subject.document.walk():
        if not task.agent or task.agent in known:
            continue
        span = _span_of(subject, task, "agent")
        near = nearest(task.agent, known)
        sentence = f"Task {task.id!r} names agent {task.agent!r}, which is not defined"
        _say(subject, task, "unknown_agent", sentence, span, near, known)


def unknown_tool(subject: Subject) -> None:
    """A tool must be built in, of the flow, or of a plugin."""
    known = subject.known_tools | subject.names("tools")
    for task in subject.document.walk():
        if task.tool and task.tool not in known:
            span = _span_of(subject, task, "tool")
            sentence = f"Task {task.id!r} names tool {task.tool!r}, which is not known"
            _say(subject, task, "unknown_tool", sentence, span, nearest(task.tool, known), known)
    subject.found.path = ""
    for name, agent in subject.entries("agents").items():
        _unknown_tools(subject, f"Agent {name!r}", _items(agent.get("tools")), known)
    for alias, model in subject.entries("models").items():
        turns = (turn for turn in _items(model.get("turns")) if isinstance(turn, YamlMap))
        calls = (call for turn in turns for call in _items(turn.get("calls")))
        tools = [tool for call in calls if isinstance(call, YamlMap) and (tool := call.get("tool"))]
        _unknown_tools(subject, f"Model {alias!r}", tools, known)


def _unknown_tools(
    subject: Subject, who: str, tools: Iterable[Yaml], known: Collection[str]
) -> None:
    for tool in tools:
        name = tool.value if isinstance(tool, YamlScalar) else None
        if isinstance(name, str) and name not in known:
            near = nearest(name, known)
            sentence = (
                f"{who} names tool {name!r}, which is not known{or_else(near, known, 'there are')}"
            )
            subject.found.error("unknown_tool", sentence, tool.span, use(near, tool.span))


def unknown_model(subject: Subject) -> None:
    """A model is an alias of the flow, or `provider:model` of a known provider."""
    known = subject.names("models")
    subject.found.path = ""
    for name, agent in subject.entries("agents").items():
        _model_name(subject, f"Agent {name!r}", agent.get("model"), known)
    for alias, model in subject.entries("models").items():
        for item in _items(model.get("first_of")):
            _model_name(subject, f"Model {alias!r}", item, known)


def _model_name(subject: Subject, who: str, written: Yaml | None, known: set[str]) -> None:
    if not isinstance(written, YamlScalar) or not isinstance(written.value, str):
        return
    name = written.value
    if name in known:
        return
    provider, colon, model = name.partition(":")
    if not colon:
        near = nearest(name, known)
        tail = or_else(near) if near else "; write an alias from models, or provider:model."
        sentence = f"{who} names model {name!r}, which is not defined{tail}"
        subject.found.error("unknown_model", sentence, written.span, use(near, written.span))
    elif provider == "scripted":
        sentence = "The scripted provider follows turns; define it under models and name that."
        subject.found.error("unknown_model", sentence, written.span)
    elif provider not in PROVIDERS:
        near = nearest(provider, PROVIDERS)
        tail = or_else(near, PROVIDERS - {"scripted"}, "there are")
        sentence = f"{who} names provider {provider!r}, which is not known{tail}"
        fix = use(f"{near}:{model}" if near else None, written.span)
        subject.found.error("unknown_provider", sentence, written.span, fix)
    elif not model:
        sentence = f"{who} names no model after {provider!r}; write {provider}:NAME."
        subject.found.error("unknown_model", sentence, written.span)


def bad_model(subject: Subject) -> None:
    """An entry of `models` is a provider's model, scripted turns, or a choice: one of the three."""
    subject.found.path = ""
    for alias, written in subject.entries("models").items():
        spec = subject.document.models.get(alias)
        if spec is None:
            continue
        provider = written.get("provider")
        if provider is not None and spec.provider not in PROVIDERS and spec.provider is not None:
            near = nearest(spec.provider, PROVIDERS)
            sentence = f"Model {alias!r} names provider {spec.provider!r}, which is not known"
            tail = or_else(near, PROVIDERS, "there are")
            fix = use(near, provider.span)
            subject.found.error("unknown_provider", sentence + tail, provider.span, fix)
            continue
        missing = _model_needs(spec, written)
        if missing is not None:
            sentence = f"Model {alias!r} {missing}"
            subject.found.error("bad_model", sentence, written.inner_span)
        for turn in _items(written.get("turns")):
            if isinstance(turn, YamlMap) and ("calls" in turn.values) == ("answer" in turn.values):
                sentence = "A turn has either calls or an answer."
                subject.found.error("bad_model", sentence, turn.inner_span)


def _model_needs(spec: ModelSpec, written: YamlMap) -> str | None:
    keys = written.values
    if "first_of" in keys:
        return "has both first_of and a provider; keep one." if "provider" in keys else None
    if "provider" not in keys:
        return "has no provider; write provider: openai, anthropic, ollama or scripted."
    if spec.provider == "scripted":
        return None if "turns" in keys else "is scripted and has no turns; write what it does."
    if "turns" in keys:
        return "has turns, which only the scripted provider follows."
    return None if "model" in keys else "has no model; write the provider's name for it."


def model_cycle(subject: Subject) -> None:
    """Aliases must lead somewhere."""
    written = subject.entries("models")
    models = subject.document.models
    cycle = cycle_in({alias: models[alias].first_of for alias in written if alias in models})
    if cycle:
        subject.found.path = ""
        sentence = (
            f"These models lead back to themselves: {_trail(cycle)}; take one out of first_of."
        )
        subject.found.error("model_cycle", sentence, written[cycle[0]].first_span)


def _trail(cycle: list[str]) -> str:
    shown = cycle if len(cycle) <= _MAX_TRAIL else [*cycle[: _MAX_TRAIL - 1], "…"]
    return " → ".join((*shown, cycle[0]))


def unknown_need(subject: Subject) -> None:
    """`needs` names siblings."""
    for tasks in subject.reach.lists.values():
        known = {task.id for task in tasks}
        for task in tasks:
            written = subject.places[task.path].get("needs")
            for item in _items(written):
                need = item.value if isinstance(item, YamlScalar) else None
                if not isinstance(need, str) or need in subject.lost:
                    continue
                if need == task.id:
                    subject.found.path = task.path
                    sentence = f"Task {task.id!r} needs itself; take it out of needs."
                    subject.found.error("unknown_need", sentence, item.span)
                elif need not in known:
                    sentence = f"Task {task.id!r} needs {need!r}, which is no task beside it"
                    near = nearest(need, known)
                    near = None if near == task.id else near
                    others = known - {task.id} if len(known) < 20 else known
                    _say(subject, task, "unknown_need", sentence, item.span, near, others)


def needs_cycle(subject: Subject) -> None:
    """Needs must leave a task that can start; the order of a list counts."""
    for tasks in subject.reach.lists.values():
        ids = cycle_in(needs_of(tasks))
        if len(ids) < 2:
            continue
        by_id = {task.id: task for task in tasks}
        cycle = [by_id[task_id] for task_id in ids]
        task = cycle[0]
        needs = subject.places[task.path].get("needs")
        subject.found.path = task.path
        written = all("needs" in subject.places[member.path].values for member in cycle)
        sentence = f"These tasks wait for each other: {_trail(ids)}; take one need out" + (
            "." if written else ". Without needs, a task of this list needs the one above it."
        )
        subject.found.error("needs_cycle", sentence, needs.span if needs else task.span)


def unused_agent(subject: Subject) -> None:
    """An agent that no task names may be a slip."""
    tasks = list(subject.document.walk())
    known = subject.names("agents")
    used = {task.agent for task in tasks if task.agent in known}
    used |= {nearest(task.agent, known) for task in tasks if task.agent and task.agent not in known}
    owner = subject.root.get("agents")
    subject.found.path = ""
    # Tasks that could not be read may use any agent.
    if subject.lost:
        return
    if not isinstance(owner, YamlMap):
        return
    for name, key in owner.keys.items():
        if name in subject.document.agents and name not in used:
            subject.found.warn("unused_agent", f"No task uses agent {name!r}.", key.span)


def no_timeout(subject: Subject) -> None:
    """A task that runs programs should say how long it may take."""
    bounded: set[str] = set()
    for task in subject.document.walk():
        if task.timeout_ms is not None or task.parent in bounded:
            bounded.add(task.path)
            continue
        if task.tool not in _RUN_PROGRAMS or "timeout" in subject.places[task.path].values:
            continue
        place = subject.places[task.path]
        tool = place.values["tool"]
        subject.found.path = task.path
        sentence = f"Task {task.id!r} runs programs with {task.tool} and has no timeout."
        subject.found.warn("no_timeout", sentence, tool.span, _timeout_fix(place, tool.span))


def no_retry(subject: Subject) -> None:
    """Only what works is tried again: a task that has other tasks, or waits, never is."""
    for task in subject.document.walk():
        key = subject.places[task.path].keys.get("retry")
        if key is None or task.kind not in _NEVER_AGAIN:
            continue
        subject.found.path = task.path
        what = "put it on the tasks inside" if task.kind in _HOLD_TASKS else "take it out"
        sentence = f"Retry does nothing on {task.kind} {task.id!r}; {what}."
        subject.found.warn("no_retry", sentence, key.span)


def _timeout_fix(place: YamlMap, tool: Span) -> Fix:
    at = Span(tool.end_line, tool.end_column, tool.end_line, tool.end_column)
    indent = " " * (place.keys["tool"].start[1] - 1)
    between = ", " if place.flow_style else "\n" + indent
    return Fix(f"Add timeout: {_TIMEOUT}", at, f"{between}timeout: {_TIMEOUT}")


def secret_in_text(subject: Subject) -> None:
    """A key written into a flow is read by everyone who reads the flow."""
    for hit in _SECRET.finditer(subject.text):
        line = subject.text.count("\n", 0, hit.start()) + 1
        column = hit.start() - subject.text.rfind("\n", 0, hit.start())
        length = len(hit[0])
        span = Span(line, column, line, column + length)
        subject.found.path = _task_at(subject, line, column)
        sentence = (
            "This looks like a secret; store it, and write {secret: NAME} under env in its place."
        )
        subject.found.warn("secret_in_text", sentence, span)


def _task_at(subject: Subject, line: int, column: int) -> str:
    inner = ""
    for task in subject.document.walk():
        span = task.span
        if (span.line, span.column) <= (line, column) < (span.end_line, span.end_column):
            inner = task.path
    return inner


def _span_of(subject: Subject, task: Task, key: str) -> Span:
    value = subject.places[task.path].get(key)
    return value.span if value is not None else task.span


def _say(
    subject: Subject,
    task: Task,
    code: Code,
    sentence: str,
    span: Span,
    near: str | None,
    known: Collection[str],
) -> None:
    subject.found.path = task.path
    subject.found.error(code, sentence + or_else(near, known, "there are"), span, use(near, span))


def _items(value: Yaml | None) -> list[Yaml]:
    return value.items if isinstance(value, YamlList) else []


RULES: tuple[Rule, ...] = (
    unknown_agent,
    unknown_tool,
    unknown_model,
    bad_model,
    model_cycle,
    unknown_need,
    needs_cycle,
    unused_agent,
    no_timeout,
    no_retry,
    secret_in_text,
)
