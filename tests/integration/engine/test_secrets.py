"""A secret reaches the tool that needs it, and nothing that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.engine.studio import events, start, studio, until

pytestmark = pytest.mark.integration
CANARY = "canary-7f3a9c51e2"
FLOW = """
env: {API_KEY: {secret: CANARY}}
tasks:
  - {id: say, tool: shell, with: {command: "echo the key is $API_KEY"}}
  - id: fail
    tool: shell
    on_error: continue
    with: {command: "echo $API_KEY >&2; exit 3"}
outputs: {said: "${{ tasks.say.output }}"}
"""


async def test_a_secret_is_in_nothing_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGENTRY_SECRET_CANARY", CANARY)
    async with studio(tmp_path) as app:
        run = await start(app, FLOW)
        summary = await until(app, run)
        assert summary.status == "completed", summary.error
        [said, _] = [
            e for e in events(app, run) if e.type.startswith("call.") and "output" in e.data
        ]
        assert "the key is" in str(said.data["output"])
        trace = "".join(app.trace(run))
        assert "the key is" in trace
        assert CANARY not in trace
    kept = [file for file in (tmp_path / "home").rglob("*") if file.is_file()]
    assert any(file.name.startswith("agentry.db") for file in kept)
    assert [file for file in kept if CANARY.encode() in file.read_bytes()] == []


async def test_a_secret_that_is_not_set_fails_the_task_by_its_name(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, FLOW)
        error = (await until(app, run)).error
        assert error is not None
        assert error["code"] == "secret_missing"
        assert "CANARY" in str(error["message"])
