"""Every kind of bad input gets one clear sentence and the right exit code, never a stack trace."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import product

pytestmark = pytest.mark.acceptance

GOOD = """
name: Good
inputs:
  who: {type: string}
tasks:
  - {id: say, tool: echo, with: {text: "${{ inputs.who }}"}}
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "good.agentry.flow.yaml").write_text(GOOD)
    return folder


def broken(flows: Path, text: str) -> str:
    path = flows / "broken.agentry.flow.yaml"
    path.write_text(text)
    return str(path)


def assert_one_clear_sentence(done: subprocess.CompletedProcess[str], says: str, code: int) -> None:
    """Check the exit code, the words (a pattern), and that no stack trace reaches a person."""
    said = done.stdout + done.stderr
    assert "Traceback" not in said
    assert not re.search(r'File ".+", line \d+', said)
    assert re.search(says, re.sub(r"\s+", " ", said)), said
    assert done.returncode == code, said
    assert len([line for line in said.splitlines() if line.strip()]) <= 8, said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("tasks:\n  - {id: a, tool: echo\n", r"broken.*:2:", id="YAML error"),
        pytest.param(GOOD + "outputz: {}\n", r"outputz.*outputs", id="unknown key"),
        pytest.param(
            "tasks:\n  - {id: a, agent: nobody, input: x}\n", r"nobody", id="undefined agent"
        ),
        pytest.param("tasks:\n  - {id: a, tool: hammer, with: {}}\n", r"hammer", id="unknown tool"),
    ],
)
@pytest.mark.parametrize("command", [("run",), ("flow", "check")])
def test_a_broken_flow_is_pointed_at(
    tmp_path: Path, flows: Path, text: str, says: str, command: tuple[str, ...]
) -> None:
    done = product.cli(*command, broken(flows, text), home=tmp_path / "home")
    assert_one_clear_sentence(done, says, code=2)


def test_check_gives_lines_and_columns_as_json(tmp_path: Path, flows: Path) -> None:
    path = broken(flows, GOOD + "outputz: {}\n")
    good = str(flows / "good.agentry.flow.yaml")
    done = product.cli("flow", "check", path, good, "--json", home=tmp_path / "home")
    assert done.returncode == 2
    first, second = json.loads(done.stdout)["files"]
    assert (first["ok"], second["ok"]) == (False, True)
    found = first["diagnostics"][0]
    assert found["severity"] == "error"
    assert found["span"] | {"end_line": 0, "end_column": 0} == {
        "line": 7,
        "column": 1,
        "end_line": 0,
        "end_column": 0,
    }


def test_a_missing_input_is_named(tmp_path: Path, flows: Path) -> None:
    done = product.cli("run", str(flows / "good.agentry.flow.yaml"), home=tmp_path / "home")
    assert_one_clear_sentence(done, r"who", code=2)


def test_a_flow_that_is_not_there_is_named(tmp_path: Path, flows: Path) -> None:
    done = product.cli("run", str(flows / "missing"), home=tmp_path / "home")
    assert_one_clear_sentence(done, r"missing", code=2)


@pytest.fixture
def unreadable(flows: Path) -> Iterator[Path]:
    flows.chmod(0)
    yield flows
    flows.chmod(0o755)


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path, unreadable: Path) -> None:
    # Root reads everything, so it gives up the two powers that let it.
    less = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    done = product.cli(
        *("up", str(unreadable), "--no-open", "--port", str(product.free_port())),
        home=tmp_path / "home",
        within_s=15,
        under=less if os.geteuid() == 0 else (),
    )
    assert_one_clear_sentence(done, str(unreadable), code=2)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = product.cli(
        "up", str(tmp_path / "gone"), "--no-open", home=tmp_path / "home", within_s=15
    )
    assert_one_clear_sentence(done, r"gone", code=2)


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path, flows: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = product.cli(
            *("up", str(flows), "--no-open", "--port", port), home=tmp_path / "home", within_s=15
        )
    assert_one_clear_sentence(done, rf"{port}.*--port", code=2)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, flows: Path) -> None:
    home = tmp_path / "home"
    flow = str(flows / "good.agentry.flow.yaml")
    assert product.cli("run", flow, "-i", "who=Ada", "--json", home=home).returncode == 0
    database = next(home.glob("*.db"))
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = product.cli("run", flow, "-i", "who=Ada", home=home)
    assert_one_clear_sentence(done, r"newer", code=1)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of two megabytes, where this machine lets us."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a tiny disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_is_said_and_not_a_stack_trace(tiny_disk: Path, flows: Path) -> None:
    (tiny_disk / "filler").write_bytes(b"x" * (2 * 1024 * 1024 - 16 * 1024))
    done = product.cli(
        "run", str(flows / "good.agentry.flow.yaml"), "-i", "who=Ada", home=tiny_disk / "home"
    )
    assert_one_clear_sentence(done, r"(?i)disk|space", code=1)
