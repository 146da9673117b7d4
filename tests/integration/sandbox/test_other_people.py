"""The sandbox works for a user without powers, and cleans up after a studio that was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

import agentry
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.sandbox.cgroup import find_cgroups
from agentry.sandbox.tree import boxes_left_behind, label_alive, own_label
from tests.integration.sandbox.conftest import Lab, alive

pytestmark = pytest.mark.integration

SOURCES = Path(agentry.__file__).parents[1]

AS_ANYONE = """
import asyncio, json, sys
from pathlib import Path
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.sandbox.performer import SandboxPerformer
from agentry.tools.builtin import builtin_registry
from agentry.tools.port import CallContext

async def main():
    sandbox = BwrapSandbox()
    health = await sandbox.probe()
    workspace = Path(sys.argv[1]) / 'workspace'
    workspace.mkdir()
    performer = SandboxPerformer(builtin_registry(), (sandbox,))
    context = CallContext('run_1', 'task', 'call', workspace)
    command = 'echo hi > a.txt; mkdir -m 0 closed; cat /etc/shadow; id -u; python3 -c "print(2)"'
    done = await performer.perform('shell', {'command': command}, context)
    print(json.dumps([health.healthy, health.isolation.name, health.detail, done.output,
                      sorted(path.name for path in workspace.iterdir())]))

asyncio.run(main())
"""


def someone_else() -> list[str]:
    """Return a command that becomes a user without powers, or skip."""
    python = f"/usr/bin/python3.{sys.version_info.minor}"
    if os.geteuid() != 0:
        pytest.skip("The studio itself has no powers here; every other test shows this.")
    if not os.access(python, os.X_OK):
        pytest.skip(f"There is no {python} that another user could start.")
    return ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", python]


def test_a_user_without_powers_has_a_sandbox_too() -> None:
    begin = someone_else()
    folder = Path("/tmp") / f"agentry-test-{uuid.uuid4()}"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    paths = [str(SOURCES), *(path for path in sys.path if path.endswith("site-packages"))]
    done = subprocess.run(
        [*begin, "-c", AS_ANYONE, str(folder)],
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "PYTHONPATH": ":".join(paths)},
        capture_output=True,
        text=True,
        cwd="/",
    )
    subprocess.run(["rm", "-rf", str(folder)], check=True)
    if "No module named" in done.stderr or "ermission denied" in done.stderr:
        pytest.skip("Another user cannot read this checkout.")
    assert done.returncode == 0, done.stderr
    healthy, isolation, detail, output, left = json.loads(done.stdout)
    if not healthy:
        pytest.skip(detail)
    assert isolation in {"WEAK", "CONTAINER"}
    assert output["stdout"] == "65532\n2\n"
    assert left == ["a.txt", "closed"]


STUDIO = """
import asyncio, sys
from pathlib import Path
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.tools.port import SandboxCall

async def main():
    sandbox = BwrapSandbox()
    await sandbox.probe()
    script = f"setsid sleep {sys.argv[2]} & sleep {sys.argv[2]}"
    await sandbox.run(SandboxCall('call', ('/bin/sh', '-c', script), Path(sys.argv[1])))

asyncio.run(main())
"""


async def test_a_killed_studio_leaves_nothing_after_the_next_start(lab: Lab) -> None:
    mark = f"9995{uuid.uuid4().int % 10**9}"
    studio = subprocess.Popen(  # noqa: ASYNC220 -- it is to be killed, not waited for
        [sys.executable, "-c", STUDIO, str(lab.workspace), mark],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )
    while len(alive(f"sleep\0{mark}")) < 2:
        assert studio.poll() is None
    studio.send_signal(signal.SIGKILL)
    studio.wait()
    await BwrapSandbox().reap(lambda _run_id: False)
    assert alive(mark) == []
    cgroups = find_cgroups()
    left = cgroups.left_behind() if cgroups else {}
    assert [name for name in left if not label_alive(name.rpartition(".")[0])] == []


def test_a_box_is_known_by_the_studio_it_names() -> None:
    names = {"agentry-test=1-1": True, f"agentry-test={own_label()}": False}
    sleeps = [subprocess.Popen([name, "60"], executable="/bin/sleep") for name in names]
    try:
        orphans = boxes_left_behind("agentry-test=")
        assert [sleep.pid in orphans for sleep in sleeps] == list(names.values())
    finally:
        for sleep in sleeps:
            sleep.kill()
            sleep.wait()
