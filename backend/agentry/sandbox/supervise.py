"""Watch one program in its box until it ends, is stopped, or passes a ceiling."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import Process
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import BinaryIO

from agentry.sandbox.cgroup import Cgroup
from agentry.sandbox.folders import bytes_in
from agentry.sandbox.output import Output
from agentry.sandbox.state import SandboxFault
from agentry.sandbox.tree import Held
from agentry.tools.port import Reason, SandboxCall

_GRACE_S = 1.0
_DISK_EVERY_S = 0.5
_LAST_WORDS_S = 5.0
_BIRTH_S = 5.0
_KILLED = 137


@dataclass(frozen=True, slots=True)
class Program:
    """A started launcher and the pipe on which bwrap tells how it goes."""

    process: Process
    held: Held
    status: BinaryIO


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended, and what it printed."""

    exit_code: int
    reason: Reason
    output: Output


class _Watch:
    """What bwrap says: the box's first process, then the program's exit code."""

    def __init__(self) -> None:
        self.init: Held | None = None
        self.born = asyncio.Event()
        self.exit_code: int | None = None

    async def follow(self, status: BinaryIO) -> None:
        """Read until bwrap closes its end: then the program has ended."""
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), status
        )
        try:
            while line := await reader.readline():
                said = json.loads(line)
                if "child-pid" in said:
                    self.init = Held(int(said["child-pid"]))
                    self.born.set()
                if "exit-code" in said:
                    self.exit_code = int(said["exit-code"])
        finally:
            transport.close()

    def close(self) -> None:
        if self.init is not None:
            self.init.close()


async def supervise(
    starting: Coroutine[None, None, Program], call: SandboxCall, group: Cgroup | None
) -> Ended:
    """Start the program and return how it ended.

    Raises `SandboxFault` where the box never came to be.
    """
    # A start that is cancelled half-way would leave a box that nobody knows of.
    start = asyncio.create_task(starting)
    cancelled = await _wait_through(start)
    program = start.result()
    process = program.process
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ValueError("a program is started with three pipes")
    watch, output = _Watch(), Output(call.limits.out_bytes)
    ending = asyncio.create_task(watch.follow(program.status))
    talk = [
        asyncio.create_task(_feed(process.stdin, call.stdin)),
        asyncio.create_task(output.read(process.stdout, output.stdout)),
        asyncio.create_task(output.read(process.stderr, output.stderr)),
    ]
    try:
        if cancelled:
            raise asyncio.CancelledError
        reason = await _wait(ending, output, call)
        if reason == "timeout":
            if watch.init is not None:
                await asyncio.to_thread(watch.init.ask_to_end)
            await asyncio.wait({ending}, timeout=_GRACE_S)
    finally:
        await through(_clean_up(program, watch, group, ending, talk))
        watch.close()
    if watch.init is None:
        said = bytes(output.stderr).decode(errors="replace").strip()
        raise SandboxFault(f"The sandbox could not start: {said or 'it was killed.'}")
    code = _KILLED if watch.exit_code is None else watch.exit_code
    return Ended(code, _why(reason, code, group), output)


async def _wait(ending: asyncio.Task[None], output: Output, call: SandboxCall) -> Reason | None:
    """Wait for the end or the first passed ceiling; return which, None for the end."""
    full = asyncio.create_task(output.full.wait())
    disk = asyncio.create_task(_disk_is_full(call))
    reasons: dict[asyncio.Task[None] | asyncio.Task[bool], Reason] = {
        full: "output_cap",
        disk: "disk",
    }
    try:
        done, _ = await asyncio.wait(
            {ending, *reasons},
            timeout=call.limits.timeout_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not done:
            return "timeout"
        return next((why for task, why in reasons.items() if task in done), None)
    finally:
        full.cancel()
        disk.cancel()


async def _disk_is_full(call: SandboxCall) -> None:
    """Return once `/workspace` holds more than it may: looked at twice a second."""
    while True:
        await asyncio.sleep(_DISK_EVERY_S)
        if await asyncio.to_thread(bytes_in, call.workspace) > call.limits.disk:
            return


async def _feed(stdin: asyncio.StreamWriter, text: bytes) -> None:
    with contextlib.suppress(OSError):
        stdin.write(text)
        await stdin.drain()
    stdin.close()
    with contextlib.suppress(OSError):
        await stdin.wait_closed()


async def _clean_up(
    program: Program,
    watch: _Watch,
    group: Cgroup | None,
    ending: asyncio.Task[None],
    talk: list[asyncio.Task[None]],
) -> None:
    """Leave no process and no open pipe; what was printed last is still read."""
    # The first process of the box before bwrap: killing bwrap alone can lose a race and leave
    # the box running. So a box that is just being born is waited for.
    if watch.init is None:
        born = asyncio.create_task(watch.born.wait())
        await asyncio.wait({born, ending}, timeout=_BIRTH_S, return_when=asyncio.FIRST_COMPLETED)
        born.cancel()
    if watch.init is not None:
        watch.init.kill()
    if group is not None:
        await asyncio.to_thread(group.kill)
    # Not process.kill(): it reaps the process behind asyncio's back.
    program.held.kill()
    await asyncio.wait({ending}, timeout=_LAST_WORDS_S)
    if watch.init is not None:
        watch.init.kill()
    await asyncio.wait(talk, timeout=_LAST_WORDS_S)
    for task in (ending, *talk):
        task.cancel()
    await asyncio.gather(ending, *talk, return_exceptions=True)
    await program.process.wait()
    program.held.close()


async def through(work: Coroutine[None, None, None]) -> None:
    """Carry `work` to its end, even where this task is cancelled meanwhile."""
    task = asyncio.create_task(work)
    if await _wait_through(task):
        raise asyncio.CancelledError
    task.result()


async def _wait_through(task: asyncio.Task[None] | asyncio.Task[Program]) -> bool:
    """Wait until `task` is done; say whether we were cancelled meanwhile."""
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    return cancelled


def _why(passed: Reason | None, exit_code: int, group: Cgroup | None) -> Reason:
    if passed is not None:
        return passed
    if exit_code == 0:
        return "ok"
    if group is not None and group.memory_ran_out():
        return "oom"
    if group is not None and group.pids_ran_out():
        return "pids"
    return "exit"
