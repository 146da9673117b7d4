"""`agentry run` watches a run to its end, answers for a person, and reports for scripts."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from agentry.base.json import JsonObject
from agentry.base.settings import Settings
from agentry.cli.run import Wanted, attend
from tests.unit.cli.fakes import RUN_ID, FakeDoor

pytestmark = pytest.mark.anyio

START: list[JsonObject] = [
    {"type": "run.accepted", "data": {}},
    {"type": "task.started", "path": "publish", "data": {"kind": "approval"}},
]
ASKED: JsonObject = {
    "type": "approval.asked",
    "path": "publish",
    "data": {"approval_id": "apr_1", "ask": "Publish?"},
}
DECIDED: JsonObject = {
    "type": "approval.decided",
    "path": "publish",
    "data": {"approval_id": "apr_1"},
}
COMPLETED: JsonObject = {"type": "run.completed", "data": {}}
FAILED: JsonObject = {"type": "run.failed", "data": {}}


def wanted(*, as_json: bool = True, yes: bool = False, trace: Path | None = None) -> Wanted:
    return Wanted("hello", (), as_json, trace, yes, None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


async def test_a_completed_run_prints_one_object(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    door = FakeDoor([*START, COMPLETED], [])
    assert await attend(door, RUN_ID, wanted(), settings) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert json.loads(said.out) == {
        "run_id": RUN_ID,
        "flow": "hello",
        "status": "completed",
        "outputs": {"greeting": "Hi"},
        "error": None,
        "usage": {"input_tokens": 3, "output_tokens": 4, "cost_usd": None},
        "duration_s": 1.234,
    }


async def test_a_failed_run_says_why_and_exits_1(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    door = FakeDoor([*START, FAILED], [])
    door.error = {"code": "tool_failed", "message": "It ended with exit code 2.", "path": "build"}
    assert await attend(door, RUN_ID, wanted(), settings) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["status"] == "failed"
    assert said.err == "The run run_1 failed in task 'build': It ended with exit code 2.\n"


async def test_yes_approves_what_is_asked(settings: Settings) -> None:
    door = FakeDoor([*START, ASKED], [DECIDED, COMPLETED])
    assert await attend(door, RUN_ID, wanted(yes=True), settings) == 0
    assert door.decisions == [("apr_1", "approve")]


async def test_yes_leaves_alone_what_somebody_has_answered(settings: Settings) -> None:
    door = FakeDoor([*START, ASKED, DECIDED, COMPLETED], [])
    assert await attend(door, RUN_ID, wanted(yes=True), settings) == 0
    assert door.decisions == []


async def test_without_a_person_a_waiting_run_is_reported(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    door = FakeDoor([*START, ASKED], [])
    assert await attend(door, RUN_ID, wanted(), settings) == 1
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert (result["status"], result["outputs"], result["duration_s"]) == ("waiting", None, None)
    assert "'publish' asks: Publish?" in said.err
    assert "agentry approvals approve apr_1" in said.err
    assert "apr_2" not in said.err
    assert f"agentry run --resume {RUN_ID}" in said.err


async def test_other_tasks_go_on_while_one_waits(settings: Settings) -> None:
    busy: JsonObject = {"type": "task.started", "path": "other", "data": {}}
    door = FakeDoor([*START, ASKED, busy], [])
    watching = asyncio.create_task(attend(door, RUN_ID, wanted(), settings))
    await door.followed.wait()
    door.add([{"type": "task.waiting", "path": "other", "data": {}}])
    assert await watching == 1


async def test_ctrl_c_cancels_the_run_and_exits_130(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    door = FakeDoor(START, [])
    watching = asyncio.create_task(attend(door, RUN_ID, wanted(), settings))
    await door.followed.wait()
    os.kill(os.getpid(), signal.SIGINT)
    assert await watching == 130
    said = capsys.readouterr()
    assert json.loads(said.out)["status"] == "cancelled"
    assert "Cancelling run_1" in said.err


async def test_words_for_people_name_outputs_and_files(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = settings.home / "runs" / RUN_ID / "workspace"
    workspace.mkdir(parents=True)
    (workspace / "report.md").write_text("x")
    door = FakeDoor([*START, COMPLETED], [])
    assert await attend(door, RUN_ID, wanted(as_json=False), settings) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Hello: completed in 1.2 s, about 7 tokens, cost unknown (run_1)",
        "greeting: Hi",
        f"Files: {workspace}",
    ]


async def test_the_trace_is_kept(settings: Settings, tmp_path: Path) -> None:
    trace = tmp_path / "trace.jsonl"
    door = FakeDoor([*START, FAILED], [])
    assert await attend(door, RUN_ID, wanted(trace=trace), settings) == 1
    assert trace.read_text() == "header\nevent\ntrailer\n"
