"""Where groups may be made is read from what the kernel says about this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.sandbox.cgroup import Cgroups, find_cgroups
from agentry.tools.port import Limits


def kernel(tmp_path: Path, cgroup: str, mountinfo: str) -> Path:
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / "cgroup").write_text(cgroup)
    (proc / "mountinfo").write_text(mountinfo)
    return proc


def v2_folder(folder: Path, handed_down: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cgroup.subtree_control").write_text(handed_down)
    (folder / "cgroup.procs").write_text("")


def test_v2_uses_the_nearest_ancestor_that_hands_down(tmp_path: Path) -> None:
    top = tmp_path / "fs"
    v2_folder(top, "cpu memory pids")
    v2_folder(top / "user", "cpu memory pids")
    v2_folder(top / "user/app.scope", "")
    proc = kernel(tmp_path, "0::/user/app.scope\n", f"1 0 0:1 / {top} rw - cgroup2 none rw\n")
    found = find_cgroups(proc)
    assert found is not None
    assert found.unified
    assert found.parents["memory"] == top / "user/agentry"
    assert (top / "user/agentry/cgroup.subtree_control").read_text() == "+memory +pids +cpu"


@pytest.mark.parametrize("handed_down", ["", "cpu", "memory cpu"])
def test_v2_without_what_is_needed_is_none(tmp_path: Path, handed_down: str) -> None:
    v2_folder(tmp_path / "fs", handed_down)
    mount = f"1 0 0:1 / {tmp_path / 'fs'} rw - cgroup2 none rw\n"
    assert find_cgroups(kernel(tmp_path, "0::/\n", mount)) is None


def test_v1_uses_its_own_folder_of_each_controller(tmp_path: Path) -> None:
    for kind in ("memory", "pids", "cpu,cpuacct"):
        (tmp_path / "fs" / kind / "own").mkdir(parents=True)
    mounts = "".join(
        f"1 0 0:1 / {tmp_path / 'fs' / kind} rw - cgroup none rw,{kind}\n"
        for kind in ("memory", "pids", "cpu,cpuacct")
    )
    own = "9:memory:/own\n8:pids:/own\n7:cpu,cpuacct:/own\n0::/\n"
    found = find_cgroups(kernel(tmp_path, own, mounts))
    assert found is not None
    assert not found.unified
    assert found.parents == {
        "memory": tmp_path / "fs/memory/own/agentry",
        "pids": tmp_path / "fs/pids/own/agentry",
        "cpu": tmp_path / "fs/cpu,cpuacct/own/agentry",
    }


def test_v1_in_a_container_sees_its_own_folder_as_the_top(tmp_path: Path) -> None:
    mounts = ""
    for kind in ("memory", "pids"):
        (tmp_path / "fs" / kind).mkdir(parents=True)
        mounts += f"1 0 0:1 /docker/abc {tmp_path / 'fs' / kind} rw - cgroup none rw,{kind}\n"
    own = "9:memory:/docker/abc\n8:pids:/docker/abc\n"
    found = find_cgroups(kernel(tmp_path, own, mounts))
    assert found is not None
    assert found.parents["pids"] == tmp_path / "fs/pids/agentry"


def test_no_cgroups_at_all_is_none(tmp_path: Path) -> None:
    assert find_cgroups(tmp_path / "missing") is None
    assert find_cgroups(kernel(tmp_path, "", "")) is None


def test_v2_ceilings(tmp_path: Path) -> None:
    parents = {kind: tmp_path for kind in ("memory", "pids", "cpu")}
    group = Cgroups(parents, unified=True).create("x", Limits(mem=1000, pids=7, cpu=0.5))
    assert group.join_files() == [str(tmp_path / "x/cgroup.procs")]
    written = {path.name: path.read_text() for path in (tmp_path / "x").iterdir()}
    assert written == {"pids.max": "7", "memory.max": "1000", "cpu.max": "50000 100000"}


def test_what_ran_out_is_read(tmp_path: Path) -> None:
    group = Cgroups({"memory": tmp_path, "pids": tmp_path}, unified=True).create("x", Limits())
    assert not group.memory_ran_out()
    (tmp_path / "x/memory.events").write_text("low 0\noom 1\noom_kill 2\n")
    (tmp_path / "x/pids.events").write_text("max 3\n")
    assert group.memory_ran_out()
    assert group.pids_ran_out()
