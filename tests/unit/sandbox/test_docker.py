"""The container of a call, and the verdict where there is no Docker."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.sandbox.attach import Attached, Frames
from agentry.sandbox.box import BadSandboxCall
from agentry.sandbox.container import Container, container_for
from agentry.sandbox.docker import DockerSandbox
from agentry.tools.port import Limits, Mount, SandboxCall


def made(tmp_path: Path, *, runtime: str = "runc", hidden: tuple[Path, ...] = ()) -> Container:
    workspace = tmp_path / "tree"
    lent = tmp_path / "lent"
    for folder in (workspace, lent / "home"):
        folder.mkdir(parents=True, exist_ok=True)
    call = SandboxCall(
        "call",
        ("/bin/sh", "-c", "true"),
        workspace,
        env={"A": "1"},
        mounts=(Mount("repo", lent),),
        limits=Limits(pids=100, mem=1000, cpu=0.5),
    )
    return container_for(
        call, image="image", runtime=runtime, uid=200_001, gid=200_001, hidden=hidden, label="1-2"
    )


def test_the_container_has_no_way_out(tmp_path: Path) -> None:
    box = made(tmp_path)
    assert box.user == "200001:200001"
    assert box.binds == {
        str(tmp_path / "tree"): ("/workspace", "rw"),
        str(tmp_path / "lent"): ("/inputs/repo", "ro"),
    }
    assert box.security[0] == "no-new-privileges"
    assert box.security[1].startswith('seccomp={"defaultAction"')
    assert (box.mem, box.pids, box.nano_cpus) == (1000, 100, 500_000_000)
    assert {limit.name: limit.value for limit in box.ulimits}["core"] == 0
    assert all("nosuid,nodev" in options for options in box.tmpfs.values())
    assert box.environment["A"] == "1"
    assert "docker.sock" not in str(box.binds)


def test_gvisor_counts_processes_inside(tmp_path: Path) -> None:
    box = made(tmp_path, runtime="runsc")
    assert box.pids == 1024
    assert {limit.name: limit.value for limit in box.ulimits}["nproc"] == 100


def test_the_studios_data_is_covered_or_refused(tmp_path: Path) -> None:
    box = made(tmp_path, hidden=(tmp_path / "lent/home",))
    assert "/inputs/repo/home" in box.tmpfs
    with pytest.raises(BadSandboxCall, match="own data folder"):
        made(tmp_path, hidden=(tmp_path / "lent",))


async def test_without_a_daemon_the_verdict_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    health = await DockerSandbox(at=tmp_path / "no.sock").probe()
    assert not health.healthy
    assert health.detail == "Docker is not running here (no socket); start it, or use bubblewrap."


async def test_a_socket_without_a_daemon_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    (tmp_path / "dead.sock").touch()
    sandbox = DockerSandbox(at=tmp_path / "dead.sock")
    health = await sandbox.probe()
    assert not health.healthy
    assert health.detail.startswith("Docker cannot be reached")
    await sandbox.reap(lambda _run_id: False)
    assert await sandbox.resume(SandboxCall("call", (), tmp_path)) is None


def frame(stream: int, text: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(text).to_bytes(4, "big") + text


@pytest.mark.parametrize("size", [1, 3, 8, 1000])
def test_output_is_put_together_from_any_pieces(size: int) -> None:
    attached = Attached()
    frames = Frames(100, attached)
    sent = frame(1, b"out") + frame(2, b"err") + frame(1, b"") + frame(1, b" more")
    assert all(frames.feed(sent[at : at + size]) for at in range(0, len(sent), size))
    assert (bytes(attached.stdout), bytes(attached.stderr)) == (b"out more", b"err")


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_output_beyond_the_ceiling_is_cut(size: int) -> None:
    attached = Attached()
    frames = Frames(10, attached)
    sent = frame(1, b"x" * 8) + frame(2, b"y" * 8)
    fed = [frames.feed(sent[at : at + size]) for at in range(0, len(sent), size)]
    assert not all(fed)
    assert (bytes(attached.stdout), bytes(attached.stderr)[:2]) == (b"x" * 8, b"yy")
