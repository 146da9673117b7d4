"""Whatever a call deletes, the host stays whole and the run's files can be had back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.sandbox.conftest import Lab

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    "command",
    [
        # All of / is wiped in tests/acceptance; walking the whole of /usr takes its time.
        "rm -rf --no-preserve-root /workspace /etc /dev /home /tmp /lib64 /usr/bin 2>/dev/null; :",
        "rm -rf /workspace/* /workspace/.[a-z]* /bin/* /etc/* 2>/dev/null; true",
        "find /workspace /usr/bin -delete 2>/dev/null; true",
        "python3 -c \"import shutil; shutil.rmtree('/workspace', ignore_errors=True)\"",
    ],
)
async def test_a_wipe_touches_neither_host_nor_workspace(
    lab: Lab, tmp_path: Path, command: str
) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("here")
    for name in ("a.txt", "b/c.txt", "b/.hidden"):
        await lab.perform("write_file", path=name, content=name)
    before = lab.files()
    done = await lab.shell(command)
    assert not done.ok
    assert done.error_code == "mass_delete_held"
    assert "deleted 3 of 3 files in /workspace; nothing was applied" in done.message
    assert lab.files() == before
    assert canary.read_text() == "here"
    assert os.access("/usr/bin/env", os.X_OK)
    assert (await lab.shell("cat b/c.txt")).ok


async def test_a_few_deleted_files_are_deleted(lab: Lab) -> None:
    for number in range(20):
        await lab.perform("write_file", path=f"{number}.txt", content="x")
    done = await lab.shell("rm 1.txt 2.txt 3.txt 4.txt")
    assert done.ok
    assert len(lab.files()) == 16


async def test_moved_files_are_not_deleted_ones(lab: Lab) -> None:
    for number in range(10):
        await lab.perform("write_file", path=f"{number}.txt", content=str(number))
    done = await lab.shell("mkdir kept && mv *.txt kept/")
    assert done.ok, done.message
    assert lab.files() == {f"kept/{number}.txt": str(number) for number in range(10)}


@pytest.mark.parametrize(
    ("attack", "says"),
    [
        ("ln -s /etc/passwd out", "lead out of the workspace"),
        ("ln -s ../../secret out", "lead out of the workspace"),
        ("mkdir -p a/b; ln -s ../.. a/b/up; ln -s up/../x a/b/out", "lead out of the workspace"),
        ("mkfifo pipe", "no file, folder or link"),
        ("cp /bin/true tool; chmod u+s tool", "set-user-id"),
        ("python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('s')\"", "no file"),
    ],
)
async def test_what_no_workspace_may_hold_is_not_applied(lab: Lab, attack: str, says: str) -> None:
    done = await lab.shell(f"echo new > new.txt; {attack}")
    assert (done.ok, done.error_code) == (False, "change_refused")
    assert says in done.message
    assert list(lab.workspace.iterdir()) == []


async def test_a_device_cannot_be_made(lab: Lab) -> None:
    done = await lab.shell("mknod disk b 8 0")
    assert not done.ok
    assert list(lab.workspace.iterdir()) == []


async def test_links_inside_the_workspace_stay_links(lab: Lab) -> None:
    done = await lab.shell("mkdir d; echo 1 > a; ln -s ../a d/link; ln -s d/link over")
    assert done.ok, done.message
    assert (lab.workspace / "d/link").is_symlink()
    assert (lab.workspace / "over").read_text() == "1\n"
    again = await lab.shell("readlink over d/link && cat over")
    assert isinstance(again.output, dict)
    assert again.output["stdout"] == "d/link\n../a\n1\n"
