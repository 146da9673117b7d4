"""Renaming: every place that has a name, or none, with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agentry.base.errors import AgentryError
from agentry.flow.diagnostics import Span
from agentry.flow.shapes import NAME_PATTERN
from agentry.lsp.names import Named, names_in
from agentry.lsp.page import Page

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class NotRenamed(AgentryError):
    """A name cannot be changed, and nothing was."""

    code, status = "not_renamed", 422


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of `span`."""

    span: Span
    text: str


def named_at(page: Page, line: int, column: int) -> Named | None:
    """Return the name at a letter (from 1)."""
    subject = page.subject
    if subject is None:
        return None
    held = [named for named in names_in(subject) if named.holds(line, column)]
    return min(held, key=lambda named: (named.form == "lost", named.defines), default=None)


def definition_of(page: Page, named: Named) -> Named | None:
    """Return the place that defines what is named; None where another file or the studio does."""
    for other in names_in(page.subject) if page.subject is not None else ():
        if other.defines and (other.kind, other.target) == (named.kind, named.target):
            return other
    return None


def rename(page: Page, named: Named, name: str) -> list[Edit]:
    """Return the edits that give an agent, a model or a task another name; raise `NotRenamed`."""
    if page.subject is None or named.kind == "tool" or definition_of(page, named) is None:
        raise NotRenamed("Only agents, models and tasks of this file can be renamed here.")
    if not re.match(NAME_PATTERN, name):
        raise NotRenamed(f"{name!r} is no name: letters, digits, '_' and '-', a letter first.")
    same = [
        other
        for other in names_in(page.subject)
        if (other.kind, other.target) == (named.kind, named.target)
    ]
    lost = next((other for other in same if other.form == "lost"), None)
    if lost is not None:
        why = "has no id of its own" if lost.defines else "is read in a text with escapes"
        raise NotRenamed(f"It {why} in line {lost.span.line}; change that first.")
    edits = [_edit(other, name) for other in same]
    _keeps_its_meaning(page, edits, len(same))
    return edits


def _edit(named: Named, name: str) -> Edit:
    span = named.span
    if named.form == "quoted":
        return Edit(span, f"['{name}']")
    if named.form == "dotted" and not _PLAIN.match(name):
        # `.a-b` would be a subtraction.
        return Edit(replace(span, column=span.column - 1), f"['{name}']")
    return Edit(span, name)


def _keeps_its_meaning(page: Page, edits: list[Edit], places: int) -> None:
    """Read the text as it would be: no new errors, and the name in as many places."""
    after = Page(applied(page, edits), page.file)
    known = {finding.message for finding in page.reading.diagnostics}
    for finding in after.reading.diagnostics:
        # What is said about the old name is said about the new one.
        if finding.severity == "error" and page.reading.ok and finding.message not in known:
            raise NotRenamed(f"That would break the flow: {finding.message}")
    first = min(edits, key=lambda edit: (edit.span.line, edit.span.column))
    named = named_at(after, first.span.line, first.span.column + 1)
    if named is None or after.subject is None:
        raise NotRenamed("That would change what the flow means.")
    same = (named.kind, named.target)
    if sum((other.kind, other.target) == same for other in names_in(after.subject)) != places:
        raise NotRenamed("Another one has this name already, and they would be taken for one.")


def applied(page: Page, edits: list[Edit]) -> str:
    """Return the text with edits made."""
    starts = [0]
    for line in page.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    text = page.text
    for edit in sorted(edits, key=lambda one: (one.span.line, one.span.column), reverse=True):
        span = edit.span
        start = starts[span.line - 1] + span.column - 1
        end = starts[span.end_line - 1] + span.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text
