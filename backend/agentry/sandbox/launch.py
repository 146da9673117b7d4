"""Start the launcher of one box: options, filter and limits by descriptors, nothing in `ps`."""

from __future__ import annotations

import asyncio
import contextlib
import marshal
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from agentry.sandbox.box import Bind, Host, box_options
from agentry.sandbox.cgroup import Cgroup
from agentry.sandbox.seccomp import seccomp_filter
from agentry.sandbox.state import state_folder
from agentry.sandbox.supervise import Program
from agentry.sandbox.tree import Held, own_label
from agentry.tools.port import Limits, SandboxCall

MARK = "agentry-box="


@dataclass(frozen=True, slots=True)
class Box:
    """One call's box: `uid` is the user it runs as, -1 for our own."""

    bwrap: str
    host: Host
    call: SandboxCall
    binds: Sequence[Bind]
    hidden: Sequence[Path]
    uid: int
    group: Cgroup | None


async def start(box: Box, open_files: contextlib.ExitStack) -> Program:
    """Start the box's program; `open_files` closes what only this start needs."""
    call, uid, group = box.call, box.uid, box.group
    stage = str(_stage_folder()) if uid >= 0 else ""
    found_at = [
        (f"{stage}/{place}" if stage else str(bind.source), bind)
        for place, bind in enumerate(box.binds)
    ]
    options = box_options(box.host, call, found_at, box.hidden)
    filter_file = _in_memory(open_files, seccomp_filter())
    options_file = _in_memory(open_files, b"".join(o.encode() + b"\0" for o in options))
    read_end, write_end = os.pipe()
    status = open_files.enter_context(os.fdopen(read_end, "rb", buffering=0))
    status_write = open_files.enter_context(os.fdopen(write_end, "wb", buffering=0))
    spec = {
        "cgroups": group.join_files() if group else [],
        "stage": stage,
        "binds": [(str(b.source), str(n), b.lent) for n, b in enumerate(box.binds)],
        "uid": uid,
        "parent": os.getpid(),
        "rlimits": _rlimits(call.limits, uid, group),
        "program": box.bwrap,
        "argv": [
            # Its own name for itself: how a later start finds boxes whose studio is gone.
            MARK + own_label(),
            *("--args", str(options_file.fileno())),
            *("--seccomp", str(filter_file.fileno())),
            *("--json-status-fd", str(status_write.fileno())),
            "--",
            *call.argv,
        ],
    }
    spec_file = _in_memory(open_files, marshal.dumps(spec))
    if call.ready is not None:
        call.ready()
    launcher = Path(__file__).with_name("launcher.py")
    process = await asyncio.create_subprocess_exec(
        *(_python(), "-I", "-S", str(launcher), str(spec_file.fileno())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        pass_fds=[f.fileno() for f in (filter_file, options_file, status_write, spec_file)],
        cwd="/",
        env={},
        start_new_session=True,
    )
    status_write.close()
    return Program(process, Held(process.pid), status)


def _in_memory(open_files: contextlib.ExitStack, content: bytes) -> BinaryIO:
    """Return an unnamed file with `content`, at its beginning."""
    file = open_files.enter_context(os.fdopen(os.memfd_create("agentry"), "w+b", buffering=0))
    file.write(content)
    file.seek(0)
    return file


def _rlimits(limits: Limits, uid: int, group: Cgroup | None) -> list[tuple[int, int]]:
    ceilings = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.fsize),
        (resource.RLIMIT_NOFILE, limits.nofile),
    ]
    if uid >= 0:
        ceilings.append((resource.RLIMIT_NPROC, limits.pids + 8))
    elif group is None:
        # Counted over all of this user's processes, so those that run already come on top.
        ceilings.append((resource.RLIMIT_NPROC, limits.pids + _threads_of_user()))
    if group is None:
        ceilings.append((resource.RLIMIT_AS, limits.mem))
    return ceilings


def _threads_of_user() -> int:
    total = 0
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{entry}").st_uid == os.getuid():
                    total += len(os.listdir(f"/proc/{entry}/task"))
    return total


def _stage_folder() -> Path:
    folder = state_folder() / "stage"
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder


def _python() -> str:
    """Return the interpreter itself, not the environment's link to it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    real = Path(sys.base_prefix) / "bin" / version
    return str(real) if real.exists() else sys.executable
