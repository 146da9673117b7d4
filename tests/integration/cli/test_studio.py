"""Commands use the studio that runs on the same data folder, and do without one just as well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.terminal import START

pytestmark = pytest.mark.integration


def agentry(*args: str, home: Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*START, *args],
        env={**os.environ, "AGENTRY_HOME": str(home)},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def studio(folder: Path, home: Path) -> Generator[subprocess.Popen[str]]:
    """Run `agentry up` on a free port for as long as the context is open."""
    process = subprocess.Popen(
        [*START, "up", str(folder), "--no-open", "--port", "0"],
        env={**os.environ, "AGENTRY_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 30
        while not (home / "studio.json").exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ran(done: subprocess.CompletedProcess[str], code: int = 0) -> dict[str, Any]:
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_a_run_goes_through_the_running_studio(folder: Path, home: Path) -> None:
    with studio(folder, home) as process:
        by_name = ran(agentry("run", "asking", "-i", "who=Ada", "--yes", "--json", home=home))
        assert by_name["status"] == "completed"
        assert by_name["outputs"] == {"said": {"text": "Hi Ada"}, "decision": "approve"}
        file = str(folder / "asking.agentry.flow.yaml")
        trace = home.parent / "trace.jsonl"
        args = ("-i", "who=Bo", "--yes", "--json", "--trace", str(trace))
        by_file = ran(agentry("run", file, *args, home=home))
        assert by_file["flow"] == by_name["flow"] == "asking"
        lines = [json.loads(line) for line in trace.read_text().splitlines()]
        assert (lines[0]["kind"], lines[-1]["kind"]) == ("header", "trailer")
        assert {line["run_id"] for line in lines[1:-1]} == {by_file["run_id"]}
        missing = agentry("run", "askin", home=home)
        assert (missing.returncode, missing.stdout) == (2, "")
        assert "No flow 'askin' exists." in missing.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(10) in (0, 130)
    assert not (home / "studio.json").exists()


def test_a_flow_of_another_folder_runs_beside_the_studio(
    folder: Path, home: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / ".agentry.flow.yaml"
    other.parent.mkdir()
    other.write_text("tasks:\n  - {id: a, tool: echo, with: {x: 1}}\n")
    with studio(folder, home):
        result = ran(agentry("run", str(other.parent), "--json", home=home))
        assert (result["status"], result["flow"]) == ("completed", "elsewhere")
        listed = ran(agentry("runs", "ls", "--json", home=home))
        assert [run["run_id"] for run in listed["runs"]] == [result["run_id"]]


@pytest.mark.parametrize("running", [True, False])
def test_a_waiting_run_is_answered_by_another_command_and_resumed(
    folder: Path, home: Path, running: bool
) -> None:
    flow = str(folder / "asking.agentry.flow.yaml")
    if not running:
        assert_answered(flow, home)
        return
    with studio(folder, home):
        assert_answered(flow, home)


def assert_answered(flow: str, home: Path) -> None:
    done = agentry("run", flow, "-i", "who=Ada", "--json", home=home)
    waiting = ran(done, code=1)
    assert (waiting["status"], waiting["outputs"]) == ("waiting", None)
    asked = ran(agentry("approvals", "ls", "--json", home=home))["approvals"]
    assert [item["ask"] for item in asked] == ["Go on with Ada?"]
    assert asked[0]["approval_id"] in done.stderr
    first = agentry("approvals", "approve", asked[0]["approval_id"], "--reason", "ok", home=home)
    assert first.returncode == 0, first.stderr
    second = agentry("approvals", "deny", asked[0]["approval_id"], home=home)
    assert second.returncode == 1
    assert "already" in second.stderr
    result = ran(agentry("run", "--resume", waiting["run_id"], "--json", home=home))
    assert (result["status"], result["outputs"]["decision"]) == ("completed", "approve")
    shown = ran(agentry("runs", "show", waiting["run_id"], "--json", home=home))
    assert shown["status"] == "completed"
    events = ran(agentry("runs", "events", waiting["run_id"], "--json", home=home))["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert "reason" in next(e["data"] for e in events if e["type"] == "approval.decided")


def test_the_file_of_a_dead_studio_is_ignored(folder: Path, home: Path) -> None:
    home.mkdir()
    stale = {"url": "http://127.0.0.1:9", "pid": os.getpid(), "token": None, "version": "0"}
    (home / "studio.json").write_text(json.dumps(stale))
    flow = str(folder / "asking.agentry.flow.yaml")
    result = ran(agentry("run", flow, "-i", "who=Ada", "--yes", "--json", home=home))
    assert result["status"] == "completed"


@pytest.mark.parametrize(
    "args",
    [("runs", "show", "run_nope"), ("runs", "events", "run_nope"), ("run", "--resume", "run_nope")],
)
def test_a_run_that_is_not_there_is_a_sentence(home: Path, args: tuple[str, ...]) -> None:
    done = agentry(*args, home=home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "No run 'run_nope' exists." in done.stderr


def test_doctor_says_whether_runs_are_possible(home: Path) -> None:
    found = ran(agentry("doctor", "--json", home=home))
    assert found["ok"] is True
    names = {item["name"] for item in found["findings"]}
    assert {
        "Python",
        "SQLite",
        "Data folder",
        "Disk space",
        "Sandbox bwrap",
        "Model openai",
    } <= names
    for item in found["findings"]:
        assert item["state"] in ("ok", "missing", "broken")
        assert item["detail"]
    assert not home.exists(), "looking changes nothing"
