"""Document -> Graph: what the canvas draws and the plan follows. The browser builds the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Span
from agentry.flow.document import Document, Kind, Task
from agentry.flow.expr import as_text
from agentry.flow.template import take_apart
from agentry.flow.units import duration_text

NOTE_LETTERS = 120


@dataclass(frozen=True, slots=True)
class Vertex:
    """One task as a card; `note` is the first line of what it is asked or given.

    `branch` names the list of its parent that it stands in, where the parent has several.
    """

    path: str
    id: str
    name: str
    kind: Kind
    parent: str
    needs: tuple[str, ...]
    agent: str | None
    tool: str | None
    model: str | None
    note: str
    span: Span
    branch: str | None = None

    def to_json(self) -> JsonObject:
        """Return the vertex as the canvas reads it."""
        drawn: JsonObject = {
            "path": self.path,
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "parent": self.parent,
            "needs": list(self.needs),
            "agent": self.agent,
            "tool": self.tool,
            "model": self.model,
            "note": self.note,
            "span": asdict(self.span),
        }
        return drawn if self.branch is None else drawn | {"branch": self.branch}


@dataclass(frozen=True, slots=True)
class Edge:
    """`end` needs `start`; both are paths of siblings."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Tasks in source order, parents before children, and the needs between siblings."""

    name: str
    inputs: tuple[str, ...]
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]

    def to_json(self) -> JsonObject:
        """Return the Graph JSON that the API and the corpus hold."""
        return {
            "name": self.name,
            "inputs": list(self.inputs),
            "vertices": [vertex.to_json() for vertex in self.vertices],
            "edges": [{"from": edge.start, "to": edge.end} for edge in self.edges],
        }


def build(document: Document) -> Graph:
    """Return the graph of a document; needs that name no sibling are left out."""
    tasks = list(document.walk())
    paths = {task.path for task in tasks}
    vertices = tuple(_vertex(task, document, paths) for task in tasks)
    edges = tuple(Edge(need, vertex.path) for vertex in vertices for need in vertex.needs)
    return Graph(document.name, tuple(document.inputs), vertices, edges)


def _vertex(task: Task, document: Document, paths: set[str]) -> Vertex:
    above = task.path[: -len(task.id)]
    agent = document.agents.get(task.agent) if task.agent is not None else None
    return Vertex(
        path=task.path,
        id=task.id,
        name=task.name or task.id,
        kind=task.kind,
        parent=task.parent,
        needs=tuple(above + need for need in task.needs if above + need in paths),
        agent=task.agent,
        tool=task.tool,
        model=agent.model if agent is not None else None,
        note=_note(task),
        span=task.span,
        branch=task.branch,
    )


def _note(task: Task) -> str:
    """Return the first line with letters of what the task asks, is given, or follows."""
    main = _main(task)
    if main is None or isinstance(main, (list, dict)):
        return ""
    lines = (line.strip() for line in as_text(main).split("\n"))
    return next((line for line in lines if line), "")[:NOTE_LETTERS].rstrip()


def _main(task: Task) -> Json:
    match task.kind:
        case "agent":
            return task.input
        case "tool":
            return next(iter(task.args.values()), None)
        case "approval":
            return task.ask
        case "condition":
            return task.test if task.test is not None else task.subject
        case "loop":
            return _loop(task)
        case "wait":
            return _wait(task)
        case "flow":
            return task.flow
        case _:
            return None


def _loop(task: Task) -> str | None:
    if task.each is not None:
        listed = f"{len(task.each)} items" if isinstance(task.each, list) else bare(task.each)
        most = f", max {task.max_parallel}" if task.max_parallel > 1 else ""
        return f"for_each {listed}{most}"
    if task.while_ is not None:
        most = f", max {task.max_iterations}" if task.max_iterations is not None else ""
        return f"while {task.while_}{most}"
    return None if task.times is None else f"times {bare(task.times)}"


def _wait(task: Task) -> str | None:
    if task.wait_ms is not None:
        return f"for {duration_text(task.wait_ms)}"
    if task.until is not None:
        return f"until {bare(task.until)}"
    return None if task.message is None else f"message {task.message}"


def bare(value: Json) -> str:
    """Return a value as text, an expression without its `${{ }}`."""
    lone = take_apart(value).lone if isinstance(value, str) else None
    return lone.source.strip() if lone is not None else as_text(value)
