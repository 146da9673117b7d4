"""Say at the end of a test session which files passed the soft limit; only the hard one fails."""

from __future__ import annotations

import pytest

from tests.architecture import house

SOFT_LINES = 200


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    long = [
        f"{name} ({house.lines_in(name)})"
        for name in house.with_suffix(".py")
        if house.lines_in(name) > SOFT_LINES
    ]
    if long:
        terminalreporter.write_line(f"Longer than {SOFT_LINES} lines: {', '.join(long)}")
