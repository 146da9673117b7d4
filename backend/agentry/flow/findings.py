"""Where reading puts what it finds, and how it names the nearest right word."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from agentry.flow.codes import Code
from agentry.flow.diagnostics import Diagnostic, Fix, Severity, Span

MAX_FINDINGS = 1000
_MAX_CANDIDATES = 400
_MAX_LETTERS = 64
_MAX_SHOWN = 12
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def nearest(name: str, known: Collection[str]) -> str | None:
    """Return the known name that is most like `name`, or None."""
    # Comparing with very many names would take minutes in a hostile file.
    if len(name) > _MAX_LETTERS or len(known) > _MAX_CANDIDATES:
        return None
    return _nearest(name, tuple(sorted(known)))


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...]) -> str | None:
    # A slip that is made once is often made everywhere.
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else None


@dataclass(slots=True)
class Findings:
    """Collects at most 1000 findings; `path` is the task being read, '' for the flow itself."""

    path: str = ""
    found: list[Diagnostic] = field(default_factory=lambda: [])

    def error(self, code: Code, message: str, span: Span, fix: Fix | None = None) -> None:
        if len(self.found) < MAX_FINDINGS:
            self.found.append(Diagnostic(code, "error", message, span, self.path, fix))

    def warn(self, code: Code, message: str, span: Span, fix: Fix | None = None) -> None:
        if len(self.found) < MAX_FINDINGS:
            self.found.append(Diagnostic(code, "warning", message, span, self.path, fix))

    @property
    def full(self) -> bool:
        """Whether nothing more is taken, so that looking for near words is work for nothing."""
        return len(self.found) >= MAX_FINDINGS

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return each finding once, as it stands in the text."""
        unique = dict.fromkeys(self.found)
        return tuple(sorted(unique, key=_place))


def use(word: str | None, span: Span) -> Fix | None:
    """Offer to put the nearest word in place, where there is one."""
    return None if word is None else Fix(f"Use {word}", span, word)


def or_else(word: str | None, known: Collection[str] = (), what: str = "known") -> str:
    """End a sentence: the nearest word, or else what is known where that is not too much."""
    if word is not None:
        return f"; did you mean {word!r}?"
    if not known or len(known) > _MAX_SHOWN:
        return "."
    return f"; {what}: {', '.join(sorted(known))}."


def _place(finding: Diagnostic) -> tuple[int, int, int, str]:
    return (finding.span.line, finding.span.column, _ORDER[finding.severity], finding.code)
