"""Document -> Graph: what the canvas draws and the plan follows. The browser builds the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from agentry.base.json import JsonObject
from agentry.flow.diagnostics import Span
from agentry.flow.document import Document, Kind, Task
from agentry.flow.expr import as_text

NOTE_LETTERS = 120


@dataclass(frozen=True, slots=True)
class Vertex:
    """One task as a card; `note` is the first line of what it is asked or given."""

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

    def to_json(self) -> JsonObject:
        """Return the vertex as the canvas reads it."""
        return {
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
    above = f"{task.parent}/" if task.parent else ""
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
    )


def _note(task: Task) -> str:
    """Return the first line with letters of the task's question, input or first argument."""
    main = task.ask if task.kind == "approval" else task.input
    if task.kind == "tool":
        main = next(iter(task.args.values()), None)
    if main is None or isinstance(main, (list, dict)):
        return ""
    lines = (line.strip() for line in as_text(main).split("\n"))
    return next((line for line in lines if line), "")[:NOTE_LETTERS].rstrip()
