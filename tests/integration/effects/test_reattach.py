"""A container outlives its worker: the next one waits for it instead of running it again.

The daemon is a stand-in (`fake_docker.py`) with Docker's API; containers are plain processes.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agentry.base.json import JsonObject
from agentry.sandbox.docker import DockerSandbox
from agentry.tools.port import Limits, SandboxCall
from tests.integration.effects.hub import Hub, opened

pytestmark = pytest.mark.integration
FAKE = Path(__file__).with_name("fake_docker.py")
SEND = """
import os, socket, sys
with socket.socket(socket.AF_UNIX) as hub:
    hub.connect("/inputs/outside/hub.sock")
    hub.sendall(os.environ["AGENTRY_IDEMPOTENCY_KEY"].encode())
    said = hub.recv(100).decode()
open("sent", "a").write(said + "\\n")
print(said, "of", sys.argv[1])
print("aside", file=sys.stderr)
"""
MANIFEST: JsonObject = {
    "name": "send",
    "description": "Has an effect outside.",
    "effects": ["exec", "message"],
    "run": ["python3", "-I", "-c", SEND, "docker"],
    "repeat": "opaque",
}


@dataclass
class Docker:
    """A running stand-in."""

    folder: Path

    @property
    def socket(self) -> Path:
        return self.folder / "docker.sock"

    def left(self) -> int:
        """Return how many containers there are."""
        return sum(1 for path in self.folder.iterdir() if path.is_dir())


async def until(ask: Callable[[], object]) -> None:
    """Wait for something in another process, which rings no bell here."""
    while not await asyncio.to_thread(ask):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


@asynccontextmanager
async def docker(tmp_path: Path) -> AsyncGenerator[Docker]:
    folder = tmp_path / "docker"
    folder.mkdir()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(FAKE), str(folder)), stdin=subprocess.PIPE
    )
    made = Docker(folder)
    await until(made.socket.exists)
    try:
        yield made
    finally:
        await process.communicate(b"")  # it ends when its stdin does


async def killed_in_flight(hub: Hub, made: Docker) -> None:
    """Let a worker die while its container waits for the outside."""
    hub.case(MANIFEST, made.socket)
    hub.hold.clear()
    hub.crash = "after effect"
    assert await hub.work() == -signal.SIGKILL
    assert (hub.requests, made.left()) == (1, 1)


async def test_a_container_in_flight_is_waited_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as hub, docker(tmp_path) as made:
        await killed_in_flight(hub, made)
        next_worker = asyncio.create_task(hub.work())
        await until(lambda: hub.events("task.started")[1:])
        hub.hold.set()
        assert await next_worker == 0
        assert hub.requests == 1
        [ended] = hub.events("call.completed")
        assert ended.data["output"] == {
            "exit_code": 0,
            "stdout": "done of docker\n",
            "stderr": "aside\n",
            "truncated": False,
        }
        assert [event.data["then"] for event in hub.events("call.in_doubt")] == ["reconciled"]
        assert (len(hub.events("call.started")), hub.sent()) == (1, "done\n")
        assert made.left() == 0


async def test_a_container_that_ended_while_nobody_watched_counts(tmp_path: Path) -> None:
    async with opened(tmp_path) as hub, docker(tmp_path) as made:
        await killed_in_flight(hub, made)
        hub.hold.set()
        assert await hub.work() == 0
        assert (hub.requests, hub.sent(), made.left()) == (1, "done\n", 0)


CALL = SandboxCall("call", ("/bin/sh", "-c", "true"), Path(), run_id="run_1", fence=1)


def in_shell(tmp_path: Path, command: str, **more: Any) -> SandboxCall:
    (tmp_path / "tree").mkdir(exist_ok=True)
    call = replace(CALL, argv=("/bin/sh", "-c", command), workspace=tmp_path / "tree")
    return replace(call, **more)


async def test_a_program_reads_its_stdin_to_the_end(tmp_path: Path) -> None:
    async with docker(tmp_path) as made:
        sandbox = DockerSandbox(at=made.socket)
        assert (await sandbox.probe()).healthy
        done = await sandbox.run(in_shell(tmp_path, "cat; echo err >&2; exit 3", stdin=b"in"))
        assert (done.reason, done.exit_code) == ("exit", 3)
        assert (done.stdout, done.stderr) == (b"in", b"err\n")
        assert made.left() == 0


async def test_who_comes_back_late_leaves_a_container_alone_that_was_taken_over(
    tmp_path: Path,
) -> None:
    async with docker(tmp_path) as made:
        sandbox = DockerSandbox(at=made.socket)
        command = "touch begun; while [ ! -e go ]; do sleep 0.02; done; echo over"
        call = in_shell(tmp_path, command)
        first = asyncio.create_task(sandbox.run(call))
        await until((tmp_path / "tree/begun").exists)
        second = asyncio.create_task(sandbox.resume(replace(call, fence=2)))
        await until(lambda: "-2" in str(named(made)))
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert made.left() == 1
        (tmp_path / "tree/go").touch()
        done = await second
        assert done is not None
        assert (done.reason, done.stdout) == ("ok", b"over\n")
        assert made.left() == 0


def named(made: Docker) -> list[str]:
    from agentry.sandbox.daemon import Daemon, all_of_ours

    with Daemon(made.socket).client() as client:
        return [str(running.name) for running in all_of_ours(client)]


@pytest.mark.parametrize(
    ("command", "limits", "reason"),
    [
        ("sleep 99", Limits(timeout_s=0.5), "timeout"),
        ("echo 123456789", Limits(out_bytes=4), "output_cap"),
    ],
)
async def test_ceilings_hold_after_a_takeover(
    tmp_path: Path, command: str, limits: Limits, reason: str
) -> None:
    async with docker(tmp_path) as made:
        await left_behind(made, in_shell(tmp_path, command))
        done = await DockerSandbox(at=made.socket).resume(
            in_shell(tmp_path, "", fence=2, limits=limits)
        )
        assert done is not None
        assert done.reason == reason
        assert made.left() == 0


@pytest.mark.parametrize("command", ["kill -9 $$", "not started"])
async def test_a_program_that_was_cut_off_tells_nothing(tmp_path: Path, command: str) -> None:
    async with docker(tmp_path) as made:
        await left_behind(made, in_shell(tmp_path, command), start=command != "not started")
        found = await DockerSandbox(at=made.socket).resume(in_shell(tmp_path, "", fence=2))
        assert found is None
        assert made.left() == 0


@pytest.mark.parametrize(("goes_on", "left"), [(True, 1), (False, 0)])
async def test_only_what_is_still_wanted_is_left(tmp_path: Path, goes_on: bool, left: int) -> None:
    async with docker(tmp_path) as made:
        await left_behind(made, in_shell(tmp_path, "sleep 99"))
        await DockerSandbox(at=made.socket).reap(lambda run_id: goes_on and run_id == "run_1")
        assert made.left() == left


async def left_behind(made: Docker, call: SandboxCall, *, start: bool = True) -> None:
    """Make a container as a worker did that is gone."""
    from agentry.sandbox.container import container_for
    from agentry.sandbox.daemon import Daemon, create

    container = container_for(
        call, image="image", runtime="runc", uid=1, gid=1, hidden=(), label="1-1"
    )

    def act() -> None:
        with Daemon(made.socket).client() as client:
            running = create(client, container)
            if start:
                running.start()

    await asyncio.to_thread(act)
