"""Findings about a flow's text: values, never exceptions. Lines and columns count from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Span:
    """Letters from (line, column) up to, not including, (end_line, end_column); all from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Fix:
    """One text edit that the editor offers: put `text` in place of `span`."""

    title: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a stable code, one sentence, its letters, the task's path ('' = the flow)."""

    code: str
    severity: Severity
    message: str
    span: Span
    path: str = ""
    fix: Fix | None = None
