"""A real sandbox to attack, and a run's folder whose files must survive it."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from agentry.base.json import Json, JsonObject
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.sandbox.performer import SandboxPerformer
from agentry.tools.builtin import builtin_registry
from agentry.tools.port import (
    CallContext,
    CallResult,
    Health,
    Limits,
    Mount,
    SandboxCall,
    SandboxResult,
)


@dataclass
class Lab:
    """One run's folder, a sandbox, and ways to use both."""

    run_folder: Path
    sandbox: BwrapSandbox
    performer: SandboxPerformer
    health: Health
    mounts: tuple[Mount, ...] = ()
    env: dict[str, str] = field(default_factory=lambda: {})
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def workspace(self) -> Path:
        return self.run_folder / "workspace"

    def context(self, timeout_s: float | None = None) -> CallContext:
        return CallContext(
            run_id="run_1",
            path="task",
            call_id=f"task#1/call-{next(self.numbers)}",
            workspace=self.workspace,
            env=self.env,
            mounts=self.mounts,
            timeout_s=timeout_s,
        )

    async def perform(self, tool: str, **args: Json) -> CallResult:
        return await self.performer.perform(tool, args, self.context())

    async def shell(self, command: str) -> CallResult:
        return await self.perform("shell", command=command)

    async def run(self, *argv: str, limits: Limits | None = None) -> SandboxResult:
        """Run a program right on the workspace, without a copy."""
        call = SandboxCall("lab", argv, self.workspace, mounts=self.mounts, env=self.env)
        return await self.sandbox.run(replace(call, limits=limits or Limits()))

    async def python(self, code: str) -> str:
        """Run Python in the box and return what it printed, without the last line break."""
        done = await self.run("python3", "-I", "-c", code)
        assert done.reason == "ok", done.stderr.decode()
        return done.stdout.decode().rstrip("\n")

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.workspace)): path.read_text()
            for path in sorted(self.workspace.rglob("*"))
            if path.is_file()
        }


def text_of(result: CallResult, stream: str = "stdout") -> str:
    output: JsonObject = result.output if isinstance(result.output, dict) else {}
    return str(output[stream])


def alive(mark: str) -> list[int]:
    """Return the processes on this machine that have `mark` among their arguments."""
    found: list[int] = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                words = Path(f"/proc/{entry}/cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if mark in words:
                found.append(int(entry))
    return found


async def until_alive(mark: str) -> None:
    """Wait until a process with `mark` among its arguments runs."""
    while not alive(mark):  # noqa: ASYNC110 -- nobody tells when a program in a box has started
        await asyncio.sleep(0.01)


@pytest.fixture(scope="session")
def machine_can() -> bool:
    """Say whether this machine can make a box at all, asked without any code of ours."""
    less = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    box = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "/bin/true"]
    if shutil.which("bwrap") is None:
        return False
    command = [*less, *box] if os.geteuid() == 0 else box
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
async def lab(tmp_path: Path, machine_can: bool) -> Lab:
    run_folder = tmp_path / "home" / "runs" / "run_1"
    (run_folder / "workspace").mkdir(parents=True)
    sandbox = BwrapSandbox(hidden=(tmp_path / "home",))
    health = await sandbox.probe()
    if not health.healthy:
        # A machine that can, and a sandbox that cannot: that is our fault, not a reason to skip.
        assert not machine_can, health.detail
        pytest.skip(health.detail)
    performer = SandboxPerformer(builtin_registry(), (sandbox,), hidden=(tmp_path / "home",))
    return Lab(run_folder, sandbox, performer, health)
