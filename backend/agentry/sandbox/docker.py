"""The Docker sandbox: a fresh, hardened container for each call; gVisor where it is registered."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agentry.base.clock import SystemClock
from agentry.sandbox import daemon
from agentry.sandbox.attach import Attached
from agentry.sandbox.container import LABEL, RUN_LABEL, Container, container_for, name_for
from agentry.sandbox.daemon import Daemon
from agentry.sandbox.folders import hand_over
from agentry.sandbox.state import SandboxFault, box_user, state_folder
from agentry.sandbox.tree import label_alive, own_label
from agentry.sandbox.verdict import Verdict
from agentry.tools.port import Health, Isolation, Limits, Reason, SandboxCall, SandboxResult

if TYPE_CHECKING:
    from docker.models.containers import Container as Running

IMAGE = "agentry/sandbox-python:1"
_BUILD = f"docker build -t {IMAGE} sandbox-images/python"
_PROBE_S = 20.0
_SOCKET = Path("/var/run/docker.sock")

_Work = Callable[[threading.Event], "SandboxResult | None"]


class DockerSandbox:
    """Run each call in a container of its own, with the runtime `runc` or `runsc` (gVisor).

    The container goes on when its worker dies; the next one finds it by its labels.
    """

    outlives = True

    def __init__(
        self,
        *,
        runtime: str = "runc",
        image: str = IMAGE,
        hidden: Sequence[Path] = (),
        at: Path = _SOCKET,
    ) -> None:
        self.name = f"docker-{runtime}"
        self._runtime = runtime
        self._image = image
        self._hidden = tuple(hidden)
        self._daemon = Daemon(at)
        self._isolation = Isolation.KERNEL if runtime == "runsc" else Isolation.CONTAINER
        self._verdict = Verdict(self._judge)

    async def probe(self) -> Health:
        """Run a real echo under a kill timer; the verdict is kept for 30 s."""
        return await self._verdict.get()

    async def _judge(self) -> Health:
        try:
            said = await asyncio.wait_for(self._look(), _PROBE_S)
        except TimeoutError:
            said = f"Docker did not run a container within {_PROBE_S:.0f} s."
        detail = said or f"Docker runs containers here, with {self._runtime}."
        return Health(not said, self.name, self._isolation, detail)

    async def run(self, call: SandboxCall) -> SandboxResult:
        """Run one program to its end in a fresh container, and remove the container.

        Raises `SandboxFault` where Docker cannot make it, `BadSandboxCall` where the call asks
        for what no box has. Cancelling kills the container first.
        """
        with box_user() as slot:
            uid, gid = (slot, slot) if slot >= 0 else (os.getuid(), os.getgid())
            if slot >= 0:
                await asyncio.to_thread(hand_over, call.workspace, slot)
            made = container_for(
                call,
                image=self._image,
                runtime=self._runtime,
                uid=uid,
                gid=gid,
                hidden=self._hidden,
                label=own_label(),
                stdin=_stdin_file(call) if call.stdin else None,
            )
            if call.ready is not None:
                call.ready()
            done = await _off_loop(lambda stop: self._run(made, call, stop))
        if done is None:
            raise SandboxFault("The container is gone.")
        return done

    async def resume(self, call: SandboxCall) -> SandboxResult | None:
        """Wait for the container of an earlier worker, which becomes ours.

        None also where Docker does not answer: then nothing is known of the call.
        """
        if not self._daemon.is_there() or self._daemon.nobody_answers():
            return None
        return await _off_loop(lambda stop: self._resume(call, stop))

    async def reap(self, wanted: Callable[[str], bool]) -> None:
        """Remove containers whose studio is gone, but not those of runs that are `wanted`."""
        if self._daemon.is_there() and not self._daemon.nobody_answers():
            with contextlib.suppress(Exception):
                await asyncio.wait_for(asyncio.to_thread(self._reap, wanted), _PROBE_S)

    def _reap(self, wanted: Callable[[str], bool]) -> None:
        with self._daemon.client() as client:
            for running in daemon.all_of_ours(client):
                if label_alive(str(running.labels.get(LABEL, ""))):
                    continue
                run_id = str(running.labels.get(RUN_LABEL, ""))
                if not run_id or not wanted(run_id):
                    _remove(running)

    async def _look(self) -> str:
        """Return what is missing, '' where a container runs."""
        if not self._daemon.is_there():
            return "Docker is not running here (no socket); start it, or use bubblewrap."
        said = await asyncio.to_thread(self._ask_daemon)
        return said or await self._echo()

    def _ask_daemon(self) -> str:
        from docker.errors import DockerException, ImageNotFound

        if refused := self._daemon.nobody_answers():
            return f"Docker cannot be reached: {refused}."
        try:
            with self._daemon.client() as client:
                known: object = client.info().get("Runtimes")
                if not isinstance(known, dict) or self._runtime not in known:
                    return f"Docker has no runtime {self._runtime!r}."
                client.images.get(self._image)
        except ImageNotFound:
            return f"Docker works, but the image {self._image} is not built; run: {_BUILD}"
        except DockerException as problem:
            return f"Docker cannot be reached: {problem}."
        return ""

    async def _echo(self) -> str:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="agentry-probe-", dir=state_folder()) as folder:
            limits = Limits(timeout_s=_PROBE_S)
            name = f"probe {own_label()} {time.monotonic_ns()}"
            call = SandboxCall(name, ("/bin/echo", "ok"), Path(folder), limits=limits)
            try:
                done = await self.run(call)
            except SandboxFault as problem:
                return problem.detail
        if done.reason == "ok" and done.stdout == b"ok\n":
            return ""
        return f"A container ended by {done.reason} instead of saying ok."

    def _run(self, made: Container, call: SandboxCall, stop: threading.Event) -> SandboxResult:
        from docker.errors import DockerException

        started = time.monotonic()
        try:
            with self._daemon.client() as client:
                running = daemon.create(client, made)
                try:
                    attached = daemon.talk(running, call, stop)
                    reason, code = daemon.how_it_ended(running, attached.passed)
                finally:
                    # One that another worker has taken over is no longer ours to end.
                    if daemon.is_named(running, made.name):
                        _remove(running)
        except DockerException as problem:
            raise SandboxFault(f"Docker could not run the container: {problem}.") from None
        return self._result(attached, reason, code, started)

    def _resume(self, call: SandboxCall, stop: threading.Event) -> SandboxResult | None:
        from docker.errors import DockerException

        started = time.monotonic()
        try:
            with self._daemon.client() as client:
                *stale, running = [None, *daemon.find(client, call)]
                for left in filter(None, stale):
                    _remove(left)
                if running is None or running.name == name_for(call):
                    return None
                running.rename(name_for(call))
                try:
                    now_ms = SystemClock().now_ms()
                    attached = daemon.wait_out(running, call, stop, now_ms)
                    if attached.passed is None and daemon.was_cut_off(running):
                        return None
                    reason, code = daemon.how_it_ended(running, attached.passed)
                finally:
                    if daemon.is_named(running, name_for(call)):
                        _remove(running)
        except DockerException:
            return None
        return self._result(attached, reason, code, started)

    def _result(
        self, attached: Attached, reason: Reason, code: int, started: float
    ) -> SandboxResult:
        return SandboxResult(
            exit_code=code,
            reason=reason,
            stdout=bytes(attached.stdout),
            stderr=bytes(attached.stderr),
            truncated=attached.passed == "output_cap",
            duration_ms=int((time.monotonic() - started) * 1000),
            backend=self.name,
            isolation=self._isolation,
        )


async def _off_loop(act: _Work) -> SandboxResult | None:
    """Do `act` in a thread; where we are cancelled, tell it to stop and wait until it has."""
    stop = threading.Event()
    work = asyncio.create_task(asyncio.to_thread(act, stop))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(Exception):
            await work
        raise


def _stdin_file(call: SandboxCall) -> Path:
    """Write what the program reads where the daemon finds it, and nobody else on this machine."""
    folder = state_folder() / "stdin"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / _call_of(name_for(call))
    file.write_bytes(call.stdin)
    file.chmod(0o444)
    return file


def _remove(running: Running) -> None:
    daemon.remove(running)
    with contextlib.suppress(OSError):
        (state_folder() / "stdin" / _call_of(str(running.name))).unlink()


def _call_of(name: str) -> str:
    return name.rpartition("-")[0]
