"""The same promises, in a real container; skipped where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.sandbox.docker import DockerSandbox
from agentry.tools.port import Limits, SandboxCall, SandboxResult

pytestmark = pytest.mark.integration


async def run(folder: Path, command: str, limits: Limits | None = None) -> SandboxResult:
    sandbox = DockerSandbox()
    health = await sandbox.probe()
    if not health.healthy:
        pytest.skip(health.detail)
    call = SandboxCall(
        "call", ("/bin/sh", "-c", command), folder, stdin=b"in", limits=limits or Limits()
    )
    return await sandbox.run(call)


async def test_a_program_runs_in_a_container(tmp_path: Path) -> None:
    done = await run(tmp_path, "cat; echo err >&2; echo x > file; exit 3")
    assert (done.exit_code, done.reason, done.stdout, done.stderr) == (3, "exit", b"in", b"err\n")
    assert (tmp_path / "file").read_text() == "x\n"


@pytest.mark.parametrize(
    ("command", "limits", "reason"),
    [
        ("sleep 999", Limits(timeout_s=1), "timeout"),
        ("yes", Limits(out_bytes=1000), "output_cap"),
    ],
)
async def test_a_container_has_ceilings(
    tmp_path: Path, command: str, limits: Limits, reason: str
) -> None:
    assert (await run(tmp_path, command, limits)).reason == reason


async def test_a_container_has_no_network(tmp_path: Path) -> None:
    code = "import socket; socket.create_connection(('1.1.1.1', 80), 2)"
    assert (await run(tmp_path, f'python3 -c "{code}"')).reason == "exit"
