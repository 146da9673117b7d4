"""A program that takes too much is stopped, and nothing of it is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid

import pytest

from agentry.sandbox.cgroup import find_cgroups
from agentry.tools.port import Isolation, Limits
from tests.integration.sandbox.conftest import Lab, alive, until_alive

pytestmark = pytest.mark.integration

MIB = 1024 * 1024


async def test_a_fork_bomb_is_bounded_and_leaves_nothing(lab: Lab) -> None:
    mark = f"agentry-test-{uuid.uuid4()}"
    code = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    done = await lab.run(
        *("python3", "-I", "-c", code, mark), limits=Limits(timeout_s=1.0, pids=48)
    )
    assert done.reason == "timeout"
    assert alive(mark) == []
    assert (await lab.run("/bin/echo", "still here")).stdout == b"still here\n"


async def test_no_more_processes_than_allowed(lab: Lab) -> None:
    code = (
        "import os, time\nmade = 0\n"
        "for _ in range(400):\n    try: pid = os.fork()\n    except OSError: break\n"
        "    if pid == 0: time.sleep(60)\n    made += 1\nprint(made)"
    )
    done = await lab.run("python3", "-I", "-c", code, limits=Limits(pids=40))
    assert 0 < int(done.stdout) <= 48


async def test_too_much_memory_ends_the_call(lab: Lab) -> None:
    code = "hog = []\nwhile True: hog.append(bytearray(8 << 20))"
    done = await lab.run("python3", "-I", "-c", code, limits=Limits(mem=128 * MIB))
    if lab.health.isolation is Isolation.WEAK:
        assert b"MemoryError" in done.stderr
    else:
        assert done.reason == "oom"
    assert done.exit_code != 0


async def test_memory_is_counted_over_all_processes(lab: Lab) -> None:
    if lab.health.isolation is Isolation.WEAK:
        pytest.skip("Without cgroups the memory ceiling holds for each process alone.")
    code = (
        "import os, time\nfor _ in range(8):\n    if os.fork() == 0:\n"
        "        hog = bytearray(40 << 20)\n        time.sleep(60)\n"
        "print([os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(1)])"
    )
    done = await lab.run("python3", "-I", "-c", code, limits=Limits(mem=128 * MIB))
    assert b"-9" in done.stdout or done.reason == "oom"


@pytest.mark.parametrize("stream", ["", ">&2"])
async def test_a_flood_of_output_is_cut(lab: Lab, stream: str) -> None:
    done = await lab.run("/bin/sh", "-c", f"yes {stream}", limits=Limits(out_bytes=100_000))
    assert done.reason == "output_cap"
    assert done.truncated
    assert len(done.stdout) + len(done.stderr) == 100_000


async def test_a_file_that_grows_too_large_is_cut(lab: Lab) -> None:
    done = await lab.run(
        *("/bin/sh", "-c", "head -c 20000000 /dev/zero > big; wc -c < big"),
        limits=Limits(fsize=1 * MIB),
    )
    assert int(done.stdout) <= MIB


async def test_a_full_disk_ends_the_call(lab: Lab) -> None:
    code = "for n in range(10**9): open(f'{n % 200}', 'wb').write(b'x' * 500_000)"
    done = await lab.run("python3", "-I", "-c", code, limits=Limits(disk=5 * MIB))
    assert done.reason == "disk"


@pytest.mark.parametrize("place", ["/tmp", "/run", "/dev/shm"])
async def test_folders_in_memory_are_small(lab: Lab, place: str) -> None:
    done = await lab.run(
        *("/bin/sh", "-c", f"head -c 30000000 /dev/zero > {place}/x; wc -c < {place}/x"),
        limits=Limits(tmp=4 * MIB),
    )
    assert int(done.stdout) <= 16 * MIB


async def test_nothing_survives_a_time_out(lab: Lab) -> None:
    mark = f"9999{uuid.uuid4().int % 10**9}"
    stubborn = f"trap '' TERM; setsid sh -c \"trap '' TERM; sleep {mark}\" & sleep {mark} & "
    done = await lab.run(
        *("/bin/sh", "-c", stubborn + f"while :; do sleep {mark}; done"),
        limits=Limits(timeout_s=1.0),
    )
    assert done.reason == "timeout"
    assert alive(mark) == []


async def test_a_program_may_tidy_up_when_its_time_is_over(lab: Lab) -> None:
    code = "trap 'echo tidy; exit 0' TERM; sleep 999 & wait"
    done = await lab.run("/bin/sh", "-c", code, limits=Limits(timeout_s=1.0))
    assert (done.reason, done.stdout) == ("timeout", b"tidy\n")


async def test_a_daemon_does_not_outlive_its_call(lab: Lab) -> None:
    mark = f"9998{uuid.uuid4().int % 10**9}"
    done = await lab.run("/bin/sh", "-c", f"setsid sleep {mark} & echo started")
    assert (done.reason, done.stdout) == ("ok", b"started\n")
    assert alive(mark) == []


async def test_a_timed_out_call_changes_nothing(lab: Lab) -> None:
    context = lab.context(timeout_s=1.0)
    args = {"command": "echo half > half.txt; sleep 999"}
    done = await lab.performer.perform("shell", {**args}, context)
    assert (done.ok, done.error_code) == (False, "timeout")
    assert list(lab.workspace.iterdir()) == []


async def test_a_cancelled_call_leaves_no_process_and_no_change(lab: Lab) -> None:
    mark = f"9997{uuid.uuid4().int % 10**9}"
    work = asyncio.create_task(
        lab.shell(f"echo half > half.txt; setsid sleep {mark} & sleep {mark}")
    )
    await until_alive(mark)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    assert work.cancelled()
    assert alive(mark) == []
    assert list(lab.workspace.iterdir()) == []
    assert list((lab.run_folder / "calls").iterdir()) == []


async def test_cancelling_at_any_moment_leaves_nothing(lab: Lab) -> None:
    mark = f"9996{uuid.uuid4().int % 10**9}"
    before = set(os.listdir("/proc/self/fd"))
    for moment in range(15):
        work = asyncio.create_task(lab.run("/bin/sh", "-c", f"setsid sleep {mark} & sleep {mark}"))
        await asyncio.sleep(moment * 0.004)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    assert alive(mark) == []
    assert len(set(os.listdir("/proc/self/fd")) - before) <= 2


async def test_no_cgroup_is_left(lab: Lab) -> None:
    await lab.run("/bin/true")
    own = f"{os.getpid()}-"
    cgroups = find_cgroups()
    left = cgroups.left_behind() if cgroups else {}
    assert [name for name in left if name.startswith(own)] == []
