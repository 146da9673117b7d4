"""`agentry trace …` as a person types it, with and without a studio running."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.terminal import START
from tests.integration.cli.test_studio import studio

pytestmark = pytest.mark.integration

FLOW = """
name: Hello
inputs: {who: {type: string}}
tasks:
  - {id: greet, tool: echo, with: {text: "Hello ${{ inputs.who }}"}}
outputs: {said: "${{ tasks.greet.output.text }}"}
"""


def agentry(
    *args: str, home: Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*START, *args],
        env={**os.environ, "AGENTRY_HOME": str(home)},
        input=stdin if stdin is not None else b"",
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "hello.agentry.flow.yaml").write_text(FLOW)
    return folder


def ran(folder: Path, home: Path) -> str:
    done = agentry(
        "run", str(folder / "hello.agentry.flow.yaml"), "-i", "who=Ann", "--json", home=home
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["run_id"]


def verdict(done: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    return json.loads(done.stdout)


def test_a_trace_goes_out_is_checked_and_comes_in(folder: Path, home: Path, tmp_path: Path) -> None:
    run_id = ran(folder, home)
    out = agentry("trace", "export", run_id, home=home)
    file = tmp_path / "trace.jsonl"
    assert agentry("trace", "export", run_id, "-o", str(file), home=home).returncode == 0
    assert file.read_bytes() == out.stdout

    checked = agentry("trace", "verify", str(file), home=home)
    assert checked.returncode == 0
    assert checked.stdout.decode().startswith(f"✓ {run_id}: ")
    for trace, stdin in ((run_id, None), ("-", out.stdout)):
        told = agentry("trace", "verify", trace, "--json", home=home, stdin=stdin)
        assert (told.returncode, verdict(told)["ok"]) == (0, True)

    other = tmp_path / "other"
    first = agentry("trace", "import", str(file), home=other)
    assert b"is kept, to be looked at" in first.stdout
    again = agentry("trace", "import", str(file), "--json", home=other)
    assert verdict(again) == {"run_id": run_id, "events": 7, "new": False}
    assert agentry("trace", "export", run_id, home=other).stdout == out.stdout
    shown = agentry("runs", "show", run_id, "--json", home=other)
    assert json.loads(shown.stdout)["outputs"] == {"said": "Hello Ann"}


def test_a_changed_trace_is_one_sentence_and_exit_code_1(
    folder: Path, home: Path, tmp_path: Path
) -> None:
    run_id = ran(folder, home)
    lines = agentry("trace", "export", run_id, home=home).stdout.splitlines(keepends=True)
    file = tmp_path / "trace.jsonl"
    file.write_bytes(b"".join(lines).replace(b'"text":"Hello Ann"', b'"text":"Hello Bob"'))
    done = agentry("trace", "verify", str(file), home=home)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith(f"✗ {run_id}: Event 5 (call.completed of 'greet') is")
    told = verdict(agentry("trace", "verify", str(file), "--json", home=home))
    assert (told["ok"], told["problem"]["seq"]) == (False, 5)
    file.write_bytes(b"".join([*lines[:4], *lines[5:]]))
    told = verdict(agentry("trace", "verify", str(file), "--json", home=home))
    assert told["problem"] == {"seq": 4, "message": "Line 5 holds event 5 where event 4 belongs."}
    refused = agentry("trace", "import", str(file), home=home)
    assert refused.returncode == 2
    assert b"Line 5 holds event 5" in refused.stderr


def test_a_running_studio_exports_and_sees_what_comes_in(
    folder: Path, home: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    foreign = ran(folder, elsewhere)
    file = tmp_path / "trace.jsonl"
    agentry("trace", "export", foreign, "-o", str(file), home=elsewhere)
    with studio(folder, home):
        run_id = ran(folder, home)
        out = agentry("trace", "export", run_id, home=home).stdout
        assert agentry("trace", "verify", "-", home=home, stdin=out).returncode == 0
        assert agentry("trace", "import", str(file), home=home).returncode == 0
        assert agentry("trace", "export", foreign, home=home).stdout == file.read_bytes()
        missing = agentry("trace", "export", "run_none", home=home)
        assert (missing.returncode, missing.stdout) == (2, b"")
        assert b"No run 'run_none' exists." in missing.stderr


def test_a_replay_shows_the_run_and_its_state(folder: Path, home: Path) -> None:
    run_id = ran(folder, home)
    out = agentry("trace", "export", run_id, home=home).stdout
    shown = agentry("trace", "replay", "-", home=home, stdin=out)
    assert shown.returncode == 0
    assert shown.stdout.decode().startswith("Hello: completed in ")
    assert "✓ greet" in shown.stderr.decode()
    state = agentry("trace", "replay", run_id, "--state", "--until", "2", home=home)
    assert json.loads(state.stdout)["tasks"]["greet"]["status"] == "ready"


def test_an_old_trace_is_converted_and_replayed(home: Path, tmp_path: Path) -> None:
    old, new = tmp_path / "old.jsonl", tmp_path / "new.jsonl"
    old.write_text('{"type":"final","agent_id":"a1","data":"Done."}\nnonsense\n')
    done = agentry("trace", "convert", str(old), "-o", str(new), home=home)
    assert (done.returncode, b"1 lines left out" in done.stdout) == (0, True)
    assert b"Line 2 is no JSON" in done.stderr
    shown = [agentry("trace", "replay", str(path), home=home).stdout for path in (old, new)]
    assert shown[0] == shown[1]
    assert b"agent-a1: Done." in shown[0]
    again = agentry("trace", "convert", str(new), home=home)
    assert (again.returncode, again.stdout) == (2, b"")
    refused = agentry("trace", "import", str(new), home=home)
    assert refused.returncode == 2


@pytest.mark.parametrize(
    "args", [("verify",), ("replay",), ("import",), ("convert",)], ids=lambda args: args[0]
)
def test_a_file_that_is_not_there_is_said(home: Path, args: tuple[str, ...]) -> None:
    done = agentry("trace", *args, "no/such/file", home=home)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"The trace no/such/file cannot be read: No such file or directory." in done.stderr
