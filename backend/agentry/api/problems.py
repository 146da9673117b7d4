"""Views of what went wrong."""

from __future__ import annotations

from agentry.api.drawn import Diagnostic, View


class Problem(View):
    """What went wrong, as a code, a sentence, and a way out."""

    error: str
    detail: str
    hint: str


class FlowProblem(Problem):
    """The flow has errors."""

    diagnostics: list[Diagnostic]


class InputsProblem(Problem):
    """Inputs do not fit; `problems` maps an input's name to a sentence."""

    problems: dict[str, str]


class FlowNow(View):
    text: str
    revision: str


class StaleProblem(Problem):
    """The flow was changed since; `current` is what it says now."""

    current: FlowNow
