"""The Docker sandbox: a fresh, hardened container for each call; gVisor where it is registered."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Sequence
from io import IOBase
from pathlib import Path
from socket import AF_UNIX, socket
from typing import TYPE_CHECKING, Protocol, cast

from agentry.sandbox.attach import Attached, collect
from agentry.sandbox.container import LABEL, Container, container_for
from agentry.sandbox.folders import hand_over
from agentry.sandbox.state import SandboxFault, box_user, state_folder
from agentry.sandbox.tree import label_alive, own_label
from agentry.sandbox.verdict import Verdict
from agentry.tools.port import (
    Health,
    Isolation,
    Limits,
    Reason,
    SandboxCall,
    SandboxResult,
)

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container as Running

IMAGE = "agentry/sandbox-python:1"
_BUILD = f"docker build -t {IMAGE} sandbox-images/python"
_PROBE_S = 20.0
_TALK_S = 10
_SOCKET = Path("/var/run/docker.sock")


class _Attach(Protocol):
    def __call__(self, *, params: dict[str, int]) -> IOBase: ...


class DockerSandbox:
    """Run each call in a container of its own, with the runtime `runc` or `runsc` (gVisor)."""

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
        self._socket = at
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
            )
            if call.ready is not None:
                call.ready()
            stop = threading.Event()
            work = asyncio.create_task(asyncio.to_thread(self._run, made, call, stop))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                stop.set()
                with contextlib.suppress(Exception):
                    await work
                raise

    async def reap(self) -> None:
        """Remove containers whose studio is gone."""
        if self._socket_is_there() and not _nobody_answers(self._address()):
            with contextlib.suppress(Exception):
                await asyncio.wait_for(asyncio.to_thread(self._reap), _PROBE_S)

    def _reap(self) -> None:
        with contextlib.closing(self._client()) as client:
            for running in client.containers.list(all=True, filters={"label": LABEL}):
                if not label_alive(str(running.labels.get(LABEL, ""))):
                    _remove(running)

    def _socket_is_there(self) -> bool:
        # Asked before the library is loaded: that takes a third of a second.
        return bool(os.environ.get("DOCKER_HOST")) or self._socket.exists()

    def _client(self) -> DockerClient:
        from docker import DockerClient

        return DockerClient(base_url=self._address(), timeout=_TALK_S)

    def _address(self) -> str:
        return os.environ.get("DOCKER_HOST") or f"unix://{self._socket}"

    async def _look(self) -> str:
        """Return what is missing, '' where a container runs."""
        if not self._socket_is_there():
            return "Docker is not running here (no socket); start it, or use bubblewrap."
        said = await asyncio.to_thread(self._ask_daemon)
        return said or await self._echo()

    def _ask_daemon(self) -> str:
        from docker.errors import DockerException, ImageNotFound

        if refused := _nobody_answers(self._address()):
            return f"Docker cannot be reached: {refused}."
        try:
            with contextlib.closing(self._client()) as client:
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
            call = SandboxCall("probe", ("/bin/echo", "ok"), Path(folder), limits=limits)
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
            with contextlib.closing(self._client()) as client:
                running = _create(client, made)
                try:
                    attached = _talk(running, call, stop)
                    reason, code = _how_it_ended(running, attached.passed)
                finally:
                    _remove(running)
        except DockerException as problem:
            raise SandboxFault(f"Docker could not run the container: {problem}.") from None
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


def _nobody_answers(address: str) -> str:
    """Return why no daemon listens on a Unix socket; the library leaks sockets finding that out."""
    if not address.startswith("unix://"):
        return ""
    with socket(AF_UNIX) as probe:
        probe.settimeout(_TALK_S)
        try:
            probe.connect(address.removeprefix("unix://"))
        except OSError as problem:
            return str(problem.strerror or problem)
    return ""


def _create(client: DockerClient, made: Container) -> Running:
    from docker.types import LogConfig, Ulimit

    return client.containers.create(
        made.image,
        list(made.command),
        runtime=made.runtime,
        user=made.user,
        environment=made.environment,
        working_dir="/workspace",
        hostname="box",
        labels=made.labels,
        volumes={host: {"bind": at, "mode": mode} for host, (at, mode) in made.binds.items()},
        tmpfs=made.tmpfs,
        read_only=True,
        network_mode="none",
        ipc_mode="private",
        shm_size=made.shm_bytes,
        cap_drop=["ALL"],
        security_opt=list(made.security),
        privileged=False,
        nano_cpus=made.nano_cpus,
        mem_limit=made.mem,
        memswap_limit=made.mem,
        pids_limit=made.pids,
        ulimits=[Ulimit(name=u.name, soft=u.value, hard=u.value) for u in made.ulimits],
        log_config=LogConfig(type="none"),
        # The program must not be process 1: that one ignores signals it has no handler for.
        init=True,
        stdin_open=True,
        tty=False,
        detach=True,
    )


def _talk(running: Running, call: SandboxCall, stop: threading.Event) -> Attached:
    wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    attach = cast("_Attach", running.attach_socket)  # pyright: ignore[reportUnknownMemberType] -- its stub names no type for params
    stream = attach(params=wanted)
    raw = getattr(stream, "_sock", stream)
    try:
        running.start()
        return collect(cast(socket, raw), call, stop)
    finally:
        # Before any kill: with a reader that has stopped reading, removing hangs.
        stream.close()


def _how_it_ended(running: Running, passed: Reason | None) -> tuple[Reason, int]:
    if passed is not None:
        if passed == "timeout":
            with contextlib.suppress(Exception):
                running.stop(timeout=1)
        return passed, 137
    code = int(running.wait(timeout=_TALK_S).get("StatusCode", 1))
    running.reload()
    if running.attrs.get("State", {}).get("OOMKilled"):
        return "oom", code
    return ("ok" if code == 0 else "exit"), code


def _remove(running: Running) -> None:
    for act in (running.kill, running.remove):
        with contextlib.suppress(Exception):
            act()
    with contextlib.suppress(Exception):
        running.remove(force=True)
