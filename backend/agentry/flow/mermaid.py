"""Graph -> Mermaid: a flowchart for READMEs, wikis and pull requests."""

from __future__ import annotations

import json

from agentry.flow.drawing import Box, draw
from agentry.flow.graph import Graph

_LETTERS = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"}
_SHAPES = {"condition": ("{{", "}}"), "approval": ("[/", "/]"), "wait": ("([", "])")}


def mermaid(graph: Graph) -> str:
    """Return the graph as a Mermaid flowchart; labels can break out of nothing."""
    drawing = draw(graph)
    # The title is YAML; a JSON text is one.
    lines = ["---", f"title: {json.dumps(drawing.title, ensure_ascii=False)}", "---"]
    lines.append("flowchart TD")
    for box in drawing.boxes:
        _box(box, "  ", lines)
    for line in drawing.lines:
        arrow = f"-. {_safe(line.label)} .->" if line.label else "-->"
        lines.append(f"  {line.start.key} {arrow} {line.end.key}")
    return "\n".join(lines) + "\n"


def _box(box: Box, indent: str, lines: list[str]) -> None:
    label = _safe(box.title)
    if box.detail:
        label += f"<br/>{_safe(box.detail)}"
    if not box.inner:
        opening, closing = _SHAPES.get(box.kind or "", ("[", "]"))
        lines.append(f'{indent}{box.key}{opening}"{label}"{closing}')
        return
    lines.append(f'{indent}subgraph {box.key}["{label}"]')
    for inner in box.inner:
        _box(inner, f"{indent}  ", lines)
    lines.append(f"{indent}end")


def _safe(text: str) -> str:
    """Return text as Mermaid shows it letter by letter, on one line."""
    return "".join(_LETTERS.get(letter, letter) for letter in " ".join(text.split()))
