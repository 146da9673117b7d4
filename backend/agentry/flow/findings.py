"""Where reading puts what it finds, and how it names the nearest right word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

from agentry.flow.diagnostics import Diagnostic, Fix, Severity, Span

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, or None."""
    found = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


@dataclass(slots=True)
class Findings:
    """Collects findings; `path` is the task being read, '' for the flow itself."""

    path: str = ""
    found: list[Diagnostic] = field(default_factory=lambda: [])

    def error(self, code: str, message: str, span: Span, fix: Fix | None = None) -> None:
        self.found.append(Diagnostic(code, "error", message, span, self.path, fix))

    def warn(self, code: str, message: str, span: Span, fix: Fix | None = None) -> None:
        self.found.append(Diagnostic(code, "warning", message, span, self.path, fix))

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return each finding once, as it stands in the text."""
        unique = dict.fromkeys(self.found)
        return tuple(sorted(unique, key=_place))


def use(word: str | None, span: Span) -> Fix | None:
    """Offer to put the nearest word in place, where there is one."""
    return None if word is None else Fix(f"Use {word}", span, word)


def or_else(word: str | None, known: Iterable[str] = (), what: str = "known") -> str:
    """End a sentence: the nearest word, or else a few that are known."""
    if word is not None:
        return f"; did you mean {word!r}?"
    few = sorted(known)[:8]
    return f"; {what}: {', '.join(few)}." if few else "."


def _place(finding: Diagnostic) -> tuple[int, int, int, str]:
    return (finding.span.line, finding.span.column, _ORDER[finding.severity], finding.code)
