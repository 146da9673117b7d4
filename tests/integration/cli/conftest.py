"""Flows that need no sandbox, for commands run as a person runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

ASKING = """
name: Asking
inputs:
  who: {type: string}
tasks:
  - {id: say, tool: echo, with: {text: "Hi ${{ inputs.who }}"}}
  - id: sure
    approval: {ask: "Go on with ${{ inputs.who }}?"}
  - {id: end, tool: echo, with: {text: "${{ tasks.sure.output.decision }}"}}
outputs:
  said: ${{ tasks.say.output }}
  decision: ${{ tasks.end.output.text }}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "asking.agentry.flow.yaml").write_text(ASKING)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"
