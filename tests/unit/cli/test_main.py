"""The command starts fast, says what it can, and turns every mistake into a sentence."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

START = "from agentry.cli.main import main; main()"
HEAVY = ("rich", "pydantic", "litestar", "sqlalchemy", "httpx2", "pydantic_ai", "cel", "uvicorn")


def agentry(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", START, *args],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **env},
        check=False,
    )


def spent_s() -> float:
    """Return our children's processor time; the wall's says more about the machine's load."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_help_names_every_command_and_is_there_at_once() -> None:
    said, took = "", 9.0
    for _ in range(5):
        begun = spent_s()
        said = agentry("--help").stdout
        took = min(took, spent_s() - begun)
    for command in ("up", "run", "flow", "runs", "approvals", "doctor"):
        assert f"\n  {command} " in said
    assert took < 0.3


def test_help_imports_nothing_heavy() -> None:
    code = (
        f"import sys, agentry.cli.main; print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_printed() -> None:
    assert agentry("--version").stdout.startswith("agentry 0.")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("rum",), "No such command 'rum'"),
        (("run",), "Give either a flow or --resume RUN_ID."),
        (("run", "x", "--resume", "run_1"), "Give either a flow or --resume RUN_ID."),
        (("run", "--resume", "run_1", "-i", "a=b"), "keeps its inputs"),
        (("run", "gone/flow.yaml"), "There is no file or folder gone/flow.yaml."),
        (("up", "gone"), "/gone. Check the path."),
        (("approvals", "approve", "apr_1", "--args", "[1]"), "--args must be a JSON object."),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(
    tmp_path: Path, args: tuple[str, ...], sentence: str
) -> None:
    done = agentry(*args, AGENTRY_HOME=str(tmp_path))
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_bad_setting_is_a_sentence(tmp_path: Path) -> None:
    done = agentry("runs", "ls", AGENTRY_HOME=str(tmp_path), AGENTRY_PORT="many")
    assert done.returncode == 2
    assert "AGENTRY_PORT" in done.stderr


def test_a_fault_of_our_own_is_a_sentence_and_a_file(tmp_path: Path) -> None:
    broken = (
        "import agentry.cli.flow as f\n"
        "def oops(*_, **__): raise RuntimeError('inside')\n"
        "f.check = oops\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken + START, "flow", "check", "x"],
        capture_output=True,
        text=True,
        env={**os.environ, "AGENTRY_HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Something went wrong inside Agentry (RuntimeError).")
    assert "Traceback" not in done.stderr
    kept = list((tmp_path / "logs").iterdir())
    assert len(kept) == 1
    assert "inside" in kept[0].read_text()
    assert str(kept[0]) in done.stderr
