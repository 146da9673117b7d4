"""Graph -> DOT, the language of Graphviz."""

from __future__ import annotations

from agentry.flow.drawing import Box, Line, draw
from agentry.flow.graph import Graph

_SHAPES = {"condition": "diamond", "approval": "parallelogram", "wait": "oval"}


def dot(graph: Graph) -> str:
    """Return the graph in DOT; labels can break out of nothing."""
    drawing = draw(graph)
    lines = [f"digraph {_quoted(drawing.title)} {{"]
    # `compound` lets a line end at the border of a container.
    lines += ["  compound=true;", "  rankdir=TB;", '  node [shape=box, style="rounded"];']
    for box in drawing.boxes:
        _box(box, "  ", lines)
    lines += [f"  {_line(line)}" for line in drawing.lines]
    return "\n".join([*lines, "}"]) + "\n"


def _box(box: Box, indent: str, lines: list[str]) -> None:
    label = _quoted(box.title, box.detail)
    if not box.inner:
        shape = _SHAPES.get(box.kind or "")
        more = f", shape={shape}, style=solid" if shape else ""
        lines.append(f"{indent}{box.key} [label={label}{more}];")
        return
    lines += [f"{indent}subgraph cluster_{box.key} {{", f"{indent}  label={label};"]
    for inner in box.inner:
        _box(inner, f"{indent}  ", lines)
    lines.append(f"{indent}}}")


def _line(line: Line) -> str:
    more: list[str] = []
    if line.start.inner:
        more.append(f"ltail=cluster_{line.start.key}")
    if line.end.inner:
        more.append(f"lhead=cluster_{line.end.key}")
    if line.label:
        more += ["style=dashed", f"label={_quoted(line.label)}"]
    tail = f" [{', '.join(more)}]" if more else ""
    return f"{line.start.first_leaf.key} -> {line.end.first_leaf.key}{tail};"


def _quoted(*rows: str) -> str:
    """Return rows as one quoted text; a backslash or a quote in them means itself."""
    plain = (" ".join(row.split()) for row in rows if row)
    return '"' + "\\n".join(row.replace("\\", "\\\\").replace('"', '\\"') for row in plain) + '"'
