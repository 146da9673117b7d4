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
from agentry.engine.apply import NewPlan
from agentry.engine.errors import FlowHasErrors
from agentry.engine.freeze import make_plan
from agentry.engine.plan import ModelChoice, PlanChild, PlanIndex, plan_id, plan_json
from agentry.flow.children import Below, child_texts
from agentry.flow.document import Document
from agentry.flow.graph import build
from agentry.flow.include import Loader
from agentry.flow.read import read
from agentry.tools.registry import Registry

_KEPT = 256
MOST_DEEP = 16


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
    """A plan ready to run. `revision`: first 12 hex digits of the text's SHA-256.

    `children` are the plans of the flows that it runs, and of those that they run, each once.
    """

    index: PlanIndex
    plan_id: str
    plan_json: str
    revision: str
    text: str
    children: tuple[Compiled, ...] = ()

    def plans(self) -> tuple[NewPlan, ...]:
        """Return what a run of this keeps: its own plan, then those of its children."""
        flow = self.index.plan.flow
        own = NewPlan(self.plan_id, flow, self.plan_json, self.text)
        return (own, *(plan for child in self.children for plan in child.plans()))


class ChildFlowMissing(AgentryError):
    """A task names a flow that is not there."""

    code, status = "child_flow_missing", 422

    def __init__(self, flow: str, path: str) -> None:
        super().__init__(
            f"Flow {flow!r} cannot run: the flow that task {path!r} names is not there.",
            hint="Write its path relative to this flow's file.",
        )


class ChildFlowsTooDeep(AgentryError):
    """Flows run flows that run flows, too often."""

    code, status = "child_flows_too_deep", 422

    def __init__(self, flow: str) -> None:
        super().__init__(
            f"Flow {flow!r} stands more than {MOST_DEEP} child flows deep.",
            hint="Let fewer flows run each other.",
        )


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

    def read(self, source: FlowSource) -> Document:
        """Return what `source` says; raise `FlowHasErrors`."""
        reading = read(source.text, name=source.name, loader=self._beside(source.base))
        if reading.document is None or not reading.ok:
            raise FlowHasErrors(source.name, reading.diagnostics)
        return reading.document

    def _make(self, source: FlowSource, sha: str) -> tuple[Compiled, bool]:
        return self._plan(source.name, source.text, self._beside(source.base), sha, 0)

    def _plan(
        self, name: str, text: str, loader: Loader, sha: str, depth: int
    ) -> tuple[Compiled, bool]:
        """Return the plan of a text whose files `loader` finds, and whether it stands alone."""
        if depth > MOST_DEEP:
            raise ChildFlowsTooDeep(name)
        reading = read(text, name=name, loader=loader)
        document = reading.document
        if document is None or not reading.ok:
            raise FlowHasErrors(name, reading.diagnostics)
        flows = self._children(name, document, loader, depth)
        plan = make_plan(
            document,
            flow=name,
            graph=build(document).to_json(),
            tools=self._tool_lock(document),
            choose=lambda ref: self._choose(document, ref),
            children={path: _as_child(child) for path, child in flows.items()},
        )
        each = tuple({child.plan_id: child for child in flows.values()}.values())
        made = Compiled(PlanIndex(plan), plan_id(plan), plan_json(plan), sha[:12], text, each)
        return made, not reading.files and not flows

    def _children(
        self, flow: str, document: Document, loader: Loader, depth: int
    ) -> dict[str, Compiled]:
        texts = child_texts(document, loader)
        for task in document.walk():
            if task.kind == "flow" and task.path not in texts and not task.disabled:
                raise ChildFlowMissing(flow, task.path)
        found: dict[str, Compiled] = {}
        for path, child in texts.items():
            sha = hashlib.sha256(child.text.encode()).hexdigest()
            below = Below(loader, child.base)
            found[path], _ = self._plan(child.name, child.text, below, sha, depth + 1)
        return found

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


def _as_child(made: Compiled) -> PlanChild:
    plan = made.index.plan
    return PlanChild(made.plan_id, plan.flow, plan.title, made.revision, plan.inputs)
