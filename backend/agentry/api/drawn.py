"""Views of what a flow's text says: findings, the graph, places on the canvas."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

TaskKind: TypeAlias = Literal[
    "agent", "tool", "sequential", "parallel", "condition", "loop", "approval", "flow", "wait"
]


class View(BaseModel):
    """A read-only answer; no field has a default, so every one is required in the schema."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Span(View):
    line: int
    column: int
    end_line: int
    end_column: int


class Fix(View):
    title: str
    span: Span
    text: str


class Diagnostic(View):
    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    span: Span
    path: str
    fix: Fix | None


class Vertex(View):
    path: str
    id: str
    name: str
    kind: TaskKind
    parent: str
    needs: list[str]
    agent: str | None
    tool: str | None
    model: str | None
    note: str
    branch: str | None
    span: Span

    @model_validator(mode="before")
    @classmethod
    def _branch_said(cls, given: object) -> object:
        """Say `branch` of every vertex; the graph itself names only those that stand in one."""
        if not isinstance(given, dict):
            return given
        return {"branch": None, **cast("dict[str, object]", given)}


# `to` needs `from`, which Python keeps for itself.
Edge = TypedDict("Edge", {"from": str, "to": str})


class Graph(View):
    name: str
    inputs: list[str]
    vertices: list[Vertex]
    edges: list[Edge]


class Position(BaseModel):
    """A place on the canvas that a person chose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    x: float = Field(allow_inf_nan=False)
    y: float = Field(allow_inf_nan=False)


class Layout(View):
    positions: dict[str, Position]
