"""Every code of a finding: what it means, a flow that has it, and the same flow put right.

`python -m agentry.flow.codes` prints `docs/reference/diagnostics.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agentry.flow.diagnostics import Severity

Code = Literal[
    "alias_cycle", "bad_case", "bad_condition", "bad_cron", "bad_expression", "bad_form", "bad_id",
    "bad_key", "bad_letter", "bad_model", "bad_number", "bad_schema", "bad_timezone", "bad_value",
    "bad_version", "child_cycle", "child_errors", "child_inputs", "duplicate_id", "duplicate_key",
    "empty_flow", "include_cycle", "include_not_found", "inside_loop", "maybe_skipped",
    "missing_child", "missing_key", "model_cycle", "needs_cycle", "no_kind", "no_retry", "no_tasks",
    "no_timeout", "not_used_yet", "second_document", "secret_in_expression", "secret_in_text",
    "task_not_ended", "too_deep", "too_large", "too_many_values", "two_kinds", "type_mismatch",
    "unbounded_loop", "ungated_tool", "unknown_agent", "unknown_anchor", "unknown_env",
    "unknown_field", "unknown_input", "unknown_key", "unknown_model", "unknown_name",
    "unknown_need", "unknown_provider", "unknown_tag", "unknown_task", "unknown_tool",
    "unknown_var", "unreachable_task", "unresolved_var", "unused_agent", "yaml_syntax",
]  # fmt: skip
"""A promise once released: a code keeps its meaning."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. `wrong` and `right` are whole flows; empty where they would be too long to show."""

    code: Code
    severity: Severity
    title: str
    says: str
    wrong: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Codes about one matter."""

    title: str
    entries: tuple[Entry, ...]


def chapters() -> tuple[Chapter, ...]:
    """Return the table in the order of the reference page."""
    from agentry.flow.codes_names import NAMES, READING
    from agentry.flow.codes_tasks import MODELS, ORDER, TASKS
    from agentry.flow.codes_text import KEYS, TEXT

    return (
        Chapter("The text", TEXT),
        Chapter("Keys and values", KEYS),
        Chapter("Tasks", TASKS),
        Chapter("Order", ORDER),
        Chapter("Models, files and triggers", MODELS),
        Chapter("Names of nothing", NAMES),
        Chapter("What is read, and what is risky", READING),
    )


def entries() -> dict[str, Entry]:
    """Return every code with its entry."""
    return {entry.code: entry for chapter in chapters() for entry in chapter.entries}


def reference() -> str:
    """Return the reference page of all codes."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Findings"
    yield ""
    yield "Made by `python -m agentry.flow.codes`; change the table there, not this page."
    yield ""
    yield "Reading a flow finds every mistake at once. Each finding has a code from this page, one"
    yield "sentence, the letters it is about, the task's path, and often a fix. A flow with an"
    yield "error does not start; a warning is for you to judge."
    for chapter in chapters():
        yield ""
        yield f"## {chapter.title}"
        for entry in chapter.entries:
            yield ""
            yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {entry.code}"
    yield ""
    yield f"**{entry.title}** ({entry.severity})"
    yield ""
    yield entry.says
    for title, text in (("Wrong", entry.wrong), ("Right", entry.right)):
        if not text:
            continue
        yield ""
        yield f"{title}:"
        yield ""
        yield "```yaml"
        yield text.rstrip("\n").replace("\x07", "\\x07")
        yield "```"


if __name__ == "__main__":
    sys.stdout.write(reference())
