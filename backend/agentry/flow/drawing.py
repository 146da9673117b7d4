"""Graph -> boxes in boxes: what every text drawing (Mermaid, DOT) has in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from agentry.flow.document import Kind
from agentry.flow.graph import Graph, Vertex

WAYS_OUT = frozenset({"on_error", "on_expire"})


@dataclass(slots=True)
class Box:
    """One vertex, or one branch (`kind` None). `key` is a name that every language takes."""

    key: str
    title: str
    detail: str = ""
    kind: Kind | None = None
    inner: list[Box] = field(default_factory=lambda: [])

    @property
    def first_leaf(self) -> Box:
        """The first box without boxes inside: where a line to this box may end."""
        return self.inner[0].first_leaf if self.inner else self

    def walk(self) -> Iterator[Box]:
        yield self
        for box in self.inner:
            yield from box.walk()


@dataclass(frozen=True, slots=True)
class Line:
    """`end` follows `start`; `label` names a way out (`on_error`), which is not the usual way."""

    start: Box
    end: Box
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A flow's boxes from the top, and all lines between them."""

    title: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(graph: Graph) -> Drawing:
    """Return the drawing of a graph.

    The tasks of a branch stand in a box that has its name. Those of `on_error` and `on_expire`
    stand beside their task, with a line from it, as they come after it.
    """
    top: list[Box] = []
    boxes: dict[str, Box] = {}
    stands_in: dict[str, list[Box]] = {}
    branches: dict[tuple[str, str], Box] = {}
    ways_out: list[Line] = []
    for vertex in graph.vertices:
        owner = boxes.get(vertex.parent)
        into = owner.inner if owner is not None else top
        if vertex.branch is not None and owner is not None:
            branch = branches.get((vertex.parent, vertex.branch))
            if branch is None:
                branch = Box(f"b{len(branches) + 1}", vertex.branch)
                branches[vertex.parent, vertex.branch] = branch
                if vertex.branch in WAYS_OUT:
                    ways_out.append(Line(owner, branch, vertex.branch))
                    into = stands_in[vertex.parent]
                into.append(branch)
            into = branch.inner
        box = Box(f"t{len(boxes) + 1}", *_words(vertex), kind=vertex.kind)
        boxes[vertex.path], stands_in[vertex.path] = box, into
        into.append(box)
    ends = [Line(boxes[edge.start], boxes[edge.end]) for edge in graph.edges]
    return Drawing(graph.name, tuple(top), (*ends, *ways_out))


def _words(vertex: Vertex) -> tuple[str, str]:
    """Return the title of a box, and the line under it."""
    kind = {"agent": vertex.agent, "tool": vertex.tool}.get(vertex.kind)
    said = f"{vertex.kind} {kind}" if kind else vertex.kind
    detail = vertex.note if vertex.kind in ("condition", "loop", "approval", "wait", "flow") else ""
    return vertex.name, f"{said}: {detail}" if detail else said
