"""Text to plan, kept by content: a revision is read and checked once, however often it runs."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.engine.errors import FlowHasErrors
from agentry.engine.freeze import make_plan
from agentry.engine.plan import ModelChoice, PlanIndex, plan_id, plan_json
from agentry.flow.document import Document
from agentry.flow.graph import build
from agentry.flow.include import Loader
from agentry.flow.read import read
from agentry.tools.registry import Registry

_KEPT = 256


class FlowSource(Protocol):
    """A flow as text: its name, what it says, and the folder it lies in."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def base(self) -> Path: ...


@dataclass(frozen=True, slots=True)
class FlowText:
    """The plainest `FlowSource`."""

    name: str
    text: str
    base: Path


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan ready to run. `revision`: first 12 hex digits of the text's SHA-256."""

    index: PlanIndex
    plan_id: str
    plan_json: str
    revision: str
    text: str


class NotRunYet(AgentryError):
    """The flow has a task that this release reads and draws, and does not run."""

    code, status = "not_run_yet", 422

    def __init__(self, flow: str, path: str, what: str) -> None:
        super().__init__(
            f"Flow {flow!r} cannot run: task {path!r} is {what}, which this release only draws.",
            hint="Set `disabled: true` on the task, or take it out.",
        )


def _refuse_later_kinds(flow: str, document: Document) -> None:
    for task in document.walk():
        if task.disabled:
            continue
        if task.kind == "flow":
            raise NotRunYet(flow, task.path, "a child flow")
        if task.message is not None:
            raise NotRunYet(flow, task.path, "a wait for a message")


Choose = Callable[[Document, str], ModelChoice]


class Compiler:
    """Keeps compiled plans by flow, text and which models were ready."""

    def __init__(
        self,
        registry: Registry,
        choose: Choose,
        ready: Callable[[], frozenset[str]],
        beside: Callable[[Path], Loader],
    ) -> None:
        self._registry = registry
        self._beside = beside
        self._choose = choose
        self._ready = ready
        self._kept: OrderedDict[tuple[str, str, frozenset[str]], Compiled] = OrderedDict()

    def compile(self, source: FlowSource) -> Compiled:
        """Return the plan of `source`; raise `FlowHasErrors`."""
        sha = hashlib.sha256(source.text.encode()).hexdigest()
        key = (source.name, sha, self._ready())
        # A flow that includes other files is read anew: they may have changed.
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        compiled, alone = self._make(source, sha)
        if alone:
            self._kept[key] = compiled
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return compiled

    def _make(self, source: FlowSource, sha: str) -> tuple[Compiled, bool]:
        reading = read(source.text, name=source.name, loader=self._beside(source.base))
        document = reading.document
        if document is None or not reading.ok:
            raise FlowHasErrors(source.name, reading.diagnostics)
        _refuse_later_kinds(source.name, document)
        plan = make_plan(
            document,
            flow=source.name,
            graph=build(document).to_json(),
            tools=self._tool_lock(document),
            choose=lambda ref: self._choose(document, ref),
        )
        made = Compiled(PlanIndex(plan), plan_id(plan), plan_json(plan), sha[:12], source.text)
        return made, not reading.files

    def _tool_lock(self, document: Document) -> JsonObject:
        """Return name -> version of every tool the flow may use, as pinned by its runs."""
        names = {name for agent in document.agents.values() for name in agent.tools}
        stack = list(document.tasks)
        while stack:
            task = stack.pop()
            stack.extend(task.children)
            if task.tool:
                names.add(task.tool)
        known = set(self._registry.names())
        lock: dict[str, Json] = {
            name: self._registry.get(name).version for name in sorted(names & known)
        }
        return lock
