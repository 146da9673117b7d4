"""Graph -> Mermaid or DOT, for documents and terminals. Labels hold no markup of the flow's."""

from __future__ import annotations

from collections.abc import Iterator

from agentry.base.json import encode
from agentry.flow.graph import Graph, Vertex

_MERMAID = {"condition": ("{{", "}}"), "approval": ("[/", "/]"), "wait": ("([", "])")}
_DOT = {"condition": "hexagon", "approval": "parallelogram", "wait": "oval"}


def mermaid(graph: Graph) -> str:
    """Return the graph as a Mermaid flow chart; containers are subgraphs."""
    drawing = _Drawing(graph)
    lines = ["flowchart TD", *_mermaid_list(drawing, "", 1)]
    names = drawing.names
    lines += [f"  {names[edge.start]} --> {names[edge.end]}" for edge in graph.edges]
    return "\n".join(lines) + "\n"


def dot(graph: Graph) -> str:
    """Return the graph in the language of Graphviz; containers are clusters."""
    drawing = _Drawing(graph)
    lines = [f"digraph {_quoted(graph.name)} {{", "  compound=true;", "  node [shape=box];"]
    lines += _dot_list(drawing, "", 1)
    for edge in graph.edges:
        start, end = drawing.card_in(edge.start), drawing.card_in(edge.end)
        ends = [
            f"{side}={_quoted('cluster_' + drawing.names[path])}"
            for side, path in (("ltail", edge.start), ("lhead", edge.end))
            if path in drawing.inside
        ]
        tail = f" [{', '.join(ends)}]" if ends else ""
        lines.append(f"  {drawing.names[start]} -> {drawing.names[end]}{tail};")
    return "\n".join([*lines, "}"]) + "\n"


class _Drawing:
    """Short names for paths, and what stands in what."""

    def __init__(self, graph: Graph) -> None:
        self.names = {vertex.path: f"t{place}" for place, vertex in enumerate(graph.vertices, 1)}
        self.inside: dict[str, list[Vertex]] = {}
        for vertex in graph.vertices:
            self.inside.setdefault(vertex.parent, []).append(vertex)

    def card_in(self, path: str) -> str:
        """Return the first card in a container, for edges that DOT draws between cards only."""
        while path in self.inside:
            path = self.inside[path][0].path
        return path


def _mermaid_list(drawing: _Drawing, parent: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for vertex in drawing.inside.get(parent, ()):
        name, label = drawing.names[vertex.path], _mermaid_text(_label(vertex))
        if vertex.path in drawing.inside:
            yield f'{indent}subgraph {name}["{label}"]'
            yield from _mermaid_list(drawing, vertex.path, depth + 1)
            yield f"{indent}end"
        else:
            start, end = _MERMAID.get(vertex.kind, ("[", "]"))
            yield f'{indent}{name}{start}"{label}"{end}'


def _dot_list(drawing: _Drawing, parent: str, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for vertex in drawing.inside.get(parent, ()):
        name, label = drawing.names[vertex.path], _quoted(_label(vertex))
        if vertex.path in drawing.inside:
            yield f"{indent}subgraph cluster_{name} {{"
            yield f"{indent}  label={label};"
            yield from _dot_list(drawing, vertex.path, depth + 1)
            yield f"{indent}}}"
        else:
            shape = _DOT.get(vertex.kind)
            yield f"{indent}{name} [label={label}{f', shape={shape}' if shape else ''}];"


def _label(vertex: Vertex) -> str:
    who = vertex.agent or vertex.tool or vertex.kind
    branch = f"{vertex.branch}: " if vertex.branch is not None else ""
    return f"{branch}{vertex.name} ({who})"


def _mermaid_text(text: str) -> str:
    """Write every letter that Mermaid or HTML could take for itself as a number."""
    return "".join(
        letter if letter.isalnum() or letter in " _-.,:()/" else f"#{ord(letter)};"
        for letter in text
    )


def _quoted(text: str) -> str:
    return encode(text)
