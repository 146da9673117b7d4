"""On a terminal a run asks for what it misses, shows its tasks, is approved or stopped there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.terminal import on_terminal

pytestmark = pytest.mark.integration


def flow(folder: Path) -> str:
    return str(folder / "asking.agentry.flow.yaml")


def test_a_person_fills_in_what_is_missing_and_approves(folder: Path, home: Path) -> None:
    with on_terminal("run", flow(folder), home=home) as terminal:
        terminal.until("who: ")
        terminal.type("Ada\n")
        terminal.until("Go on with Ada?")
        terminal.until("[y]es, [n]o, [l]ater: ")
        terminal.type("maybe\n")
        terminal.type("y\n")
        assert terminal.end() == 0
        for task in ("say", "sure", "end"):
            assert task in terminal.seen
        said = terminal.stdout.read_text()
        assert said.startswith("Asking: completed in ")
        assert "\ndecision: approve\n" in said


def test_a_person_says_no(folder: Path, home: Path) -> None:
    with on_terminal("run", flow(folder), "-i", "who=Ada", home=home) as terminal:
        terminal.until("[l]ater: ")
        terminal.type("n\n")
        assert terminal.end() == 1
        assert "failed in task 'sure'" in terminal.seen


def test_later_leaves_the_run_waiting(folder: Path, home: Path) -> None:
    with on_terminal("run", flow(folder), "-i", "who=Ada", home=home) as terminal:
        terminal.until("[l]ater: ")
        terminal.type("l\n")
        assert terminal.end() == 1
        assert "agentry approvals approve apr_" in terminal.seen
        assert terminal.stdout.read_text().startswith("Asking: waiting")


def test_ctrl_c_cancels_the_run(folder: Path, home: Path) -> None:
    with on_terminal("run", flow(folder), "-i", "who=Ada", home=home) as terminal:
        terminal.until("[l]ater: ")
        terminal.type("\x03")
        assert terminal.end() == 130
        assert "Cancelling run_" in terminal.seen
        assert terminal.stdout.read_text().startswith("Asking: cancelled")
