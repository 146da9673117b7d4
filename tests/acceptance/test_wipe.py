"""`rm -rf /` in the shell tool: host untouched, work recoverable, studio up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.product import Studio

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("sandbox")]

WIPE = """
name: Wipe
inputs:
  lent: {type: string, format: folder}
tasks:
  - id: keep
    tool: write_file
    with: {path: precious.txt, content: years of work}
  - id: wipe
    tool: shell
    on_error: continue
    with: {command: "rm -rf --no-preserve-root / ; rm -rf /* /workspace/* /inputs/* ; ls -A /"}
"""


def test_rm_rf_leaves_host_work_and_studio_alone(tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "wipe.agentry.flow.yaml").write_text(WIPE)
    lent = tmp_path / "lent"
    lent.mkdir()
    (lent / "canary.txt").write_text("here")
    with Studio(tmp_path / "home", flows) as studio:
        run_id = studio.run("wipe", {"lent": str(lent)})
        run = studio.finish(run_id)
        assert run["status"] in {"completed", "failed"}
        wiping = [event for event in studio.events(run_id) if event["path"] == "wipe"]
        assert "call.started" in {event["type"] for event in wiping}, "it was never tried"
        assert (lent / "canary.txt").read_text() == "here"
        assert (flows / "wipe.agentry.flow.yaml").read_text() == WIPE
        assert Path("/usr/bin/env").exists()
        assert studio.get("health")["status"] == "ok"
        assert studio.file(run_id, "precious.txt") == b"years of work"
