"""The embedded sandbox: bubblewrap, without root's powers, without network, without a daemon."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agentry.sandbox.box import Host, binds_of, look_at_host
from agentry.sandbox.cgroup import Cgroup, Cgroups, empty, find_cgroups
from agentry.sandbox.etc import made_up_etc
from agentry.sandbox.folders import hand_over
from agentry.sandbox.launch import MARK, Box, start
from agentry.sandbox.seccomp import NoFilterForMachine
from agentry.sandbox.state import SandboxFault, box_user, state_folder
from agentry.sandbox.supervise import supervise, through
from agentry.sandbox.tree import boxes_left_behind, label_alive, own_label
from agentry.sandbox.verdict import Verdict
from agentry.tools.port import Health, Isolation, Limits, SandboxCall, SandboxResult

_HOW_TO_GET = "Install bubblewrap: apt install bubblewrap (or dnf, pacman, apk: bubblewrap)."
_PLACES = ("/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap")
_PROBE_S = 10.0
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What was found out about this machine, once."""

    bwrap: str
    host: Host
    cgroups: Cgroups | None

    @property
    def isolation(self) -> Isolation:
        return Isolation.CONTAINER if self.cgroups else Isolation.WEAK


class BwrapSandbox:
    """Run each call in a box of its own. `hidden` folders stay unseen inside lent ones."""

    name = "bwrap"
    outlives = False

    def __init__(self, *, hidden: Sequence[Path] = (), at_once: int = 0) -> None:
        self._hidden = tuple(hidden)
        self._turn = asyncio.Semaphore(at_once or max(4, 2 * (os.cpu_count() or 1)))
        self._found: _Setting | None = None
        self._verdict = Verdict(self._look)

    async def probe(self) -> Health:
        """Run a real echo under a kill timer; the verdict is kept for 30 s."""
        return await self._verdict.get()

    async def run(self, call: SandboxCall) -> SandboxResult:
        """Run one program to its end, whatever that is; nothing of it is left afterwards.

        Raises `SandboxFault` where the box cannot be made and `BadSandboxCall` where the call
        asks for what no box has. Cancelling kills the program first.
        """
        async with self._turn:
            return await self._run(self._setting(), call)

    async def resume(self, call: SandboxCall) -> SandboxResult | None:
        """Return None: a box dies with its studio."""
        del call

    async def reap(self, wanted: Callable[[str], bool]) -> None:
        """End boxes whose studio is gone (killed, or the machine was cut off)."""
        del wanted
        await asyncio.to_thread(self._reap)

    def _reap(self) -> None:
        for pid in boxes_left_behind(MARK):
            with contextlib.suppress(OSError):
                os.kill(pid, 9)
        cgroups = find_cgroups()
        for name, group in cgroups.left_behind().items() if cgroups else ():
            if not label_alive(name.rpartition(".")[0]):
                empty(group)

    def _setting(self) -> _Setting:
        if self._found is None:
            self._found = _Setting(_find_bwrap(), look_at_host(made_up_etc()), find_cgroups())
        return self._found

    async def _look(self) -> Health:
        try:
            setting = self._setting()
            said = await self._echo(setting)
            if said and setting.host.no_more_userns:
                # Needs a writable /proc/sys, which nested containers lack; seccomp says the same.
                self._found = setting = replace(
                    setting, host=replace(setting.host, no_more_userns=False)
                )
                said = await self._echo(setting)
        except NoFilterForMachine as problem:
            return self._ill(f"The sandbox has no system call filter for {problem} processors.")
        except SandboxFault as problem:
            return self._ill(f"{problem.detail} {problem.hint}".strip())
        if said:
            return self._ill(
                f"bubblewrap is installed but cannot make a box here: {said.rstrip('.')}. "
                "Unprivileged user namespaces may be switched off on this machine."
            )
        if setting.cgroups is None:
            return Health(
                True,
                self.name,
                setting.isolation,
                "bubblewrap works, but without cgroups: limits hold for each process, "
                "not for all of a call together.",
            )
        version = "v2" if setting.cgroups.unified else "v1"
        return Health(
            True, self.name, setting.isolation, f"bubblewrap works, with cgroups {version}."
        )

    def _ill(self, detail: str) -> Health:
        return Health(False, self.name, Isolation.WEAK, detail)

    async def _echo(self, setting: _Setting) -> str:
        """Return what went wrong with a box that only says `ok`, '' where nothing did."""
        with tempfile.TemporaryDirectory(prefix="agentry-probe-", dir=state_folder()) as folder:
            call = SandboxCall(
                "probe", ("/bin/echo", "ok"), Path(folder), limits=Limits(timeout_s=_PROBE_S)
            )
            done = await self._run(setting, call)
        if done.reason == "ok" and done.stdout == b"ok\n":
            return ""
        return done.stderr.decode(errors="replace").strip()[:300] or f"it ended by {done.reason}."

    async def _run(self, setting: _Setting, call: SandboxCall) -> SandboxResult:
        started = time.monotonic()
        binds = binds_of(setting.host, call)
        with box_user() as uid, contextlib.ExitStack() as open_files:
            if uid >= 0:
                await asyncio.to_thread(hand_over, call.workspace, uid)
            group = self._group(setting, call)
            box = Box(setting.bwrap, setting.host, call, binds, self._hidden, uid, group)
            try:
                ended = await supervise(start(box, open_files), call, group)
            finally:
                if group is not None:
                    await through(asyncio.to_thread(empty, group))
        return SandboxResult(
            exit_code=ended.exit_code,
            reason=ended.reason,
            stdout=bytes(ended.output.stdout),
            stderr=bytes(ended.output.stderr),
            truncated=ended.output.truncated,
            duration_ms=int((time.monotonic() - started) * 1000),
            backend=self.name,
            isolation=setting.isolation,
        )

    def _group(self, setting: _Setting, call: SandboxCall) -> Cgroup | None:
        if setting.cgroups is None:
            return None
        try:
            return setting.cgroups.create(f"{own_label()}.{next(_numbers)}", call.limits)
        except OSError as problem:
            raise SandboxFault(f"The call's cgroup cannot be made: {problem}.") from None


def _find_bwrap() -> str:
    """Return bwrap's path: only one that belongs to root and that nobody else may change."""
    if not sys.platform.startswith("linux"):
        raise SandboxFault("bubblewrap runs on Linux only.", hint="Start Docker for tool calls.")
    for place in _PLACES:
        with contextlib.suppress(OSError):
            found = os.stat(place)
            if found.st_uid == 0 and not found.st_mode & 0o022:
                return os.path.realpath(place)
    raise SandboxFault("bubblewrap is not installed.", hint=_HOW_TO_GET)
