"""Views of what went wrong."""

from __future__ import annotations

from typing import Literal

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


class Failure(View):
    """Why a run failed; `path` is the task's."""

    code: str
    message: str
    path: str | None


class RunProblem(Problem):
    """The run that was waited for ended without outputs; `error` is `run_` and its status."""

    run_id: str
    status: Literal["failed", "cancelled", "budget_exceeded"]
    failure: Failure | None


class FlowNow(View):
    text: str
    revision: str


class StaleProblem(Problem):
    """The flow was changed since; `current` is what it says now."""

    current: FlowNow
