"""What Agentry asks of the Docker daemon, over its own library."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import IOBase
from pathlib import Path
from socket import AF_UNIX, socket
from typing import TYPE_CHECKING, Protocol, cast

from agentry.sandbox.attach import Attached, collect
from agentry.sandbox.container import CALL_LABEL, LABEL, RUN_LABEL, Container, fence_in
from agentry.tools.port import Reason, SandboxCall

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container as Running

TALK_S = 10
_STOPPED = (137, 143)


class _Attach(Protocol):
    def __call__(self, *, params: dict[str, int]) -> IOBase: ...


class _Logs(Protocol):
    def __call__(self, **which: bool) -> Iterator[bytes]: ...


class Daemon:
    """The daemon behind a Unix socket, or behind DOCKER_HOST."""

    def __init__(self, at: Path) -> None:
        self._socket = at

    def is_there(self) -> bool:
        """Say whether there is something to speak to: the library takes a third of a second."""
        return bool(os.environ.get("DOCKER_HOST")) or self._socket.exists()

    def nobody_answers(self) -> str:
        """Return why no daemon listens; the library leaks sockets finding that out."""
        address = self._address()
        if not address.startswith("unix://"):
            return ""
        with socket(AF_UNIX) as probe:
            probe.settimeout(TALK_S)
            try:
                probe.connect(address.removeprefix("unix://"))
            except OSError as problem:
                return str(problem.strerror or problem)
        return ""

    def client(self) -> contextlib.closing[DockerClient]:
        """Open a connection; close it again."""
        from docker import DockerClient

        return contextlib.closing(DockerClient(base_url=self._address(), timeout=TALK_S))

    def _address(self) -> str:
        return os.environ.get("DOCKER_HOST") or f"unix://{self._socket}"


def create(client: DockerClient, made: Container) -> Running:
    """Make the container; it does not run yet."""
    from docker.types import LogConfig, Ulimit

    size = str(made.log_bytes)
    return client.containers.create(
        made.image,
        list(made.command),
        name=made.name,
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
        log_config=LogConfig(type="local", config={"max-size": size, "max-file": "2"}),
        # The program must not be process 1: that one ignores signals it has no handler for.
        init=True,
        tty=False,
        detach=True,
    )


def talk(running: Running, call: SandboxCall, stop: threading.Event) -> Attached:
    """Start the container and hear it out."""
    wanted = {"stdout": 1, "stderr": 1, "stream": 1}
    attach = cast("_Attach", running.attach_socket)  # pyright: ignore[reportUnknownMemberType] -- its stub names no type for params
    stream = attach(params=wanted)
    # The library hands out a reader; closing that alone would leave the socket itself open.
    raw = cast(socket, getattr(stream, "_sock", stream))
    try:
        running.start()
        return collect(raw, call, stop)
    finally:
        # Before any kill: with a reader that has stopped reading, removing hangs.
        stream.close()
        raw.close()


def wait_out(running: Running, call: SandboxCall, stop: threading.Event, now_ms: int) -> Attached:
    """Wait for a container that somebody else started, then read all that it printed."""
    attached = Attached()
    left_s = call.limits.timeout_s - _age_s(running, now_ms)
    deadline = time.monotonic() + left_s
    while _runs(running):
        if stop.wait(0.1):
            attached.passed = "cancelled"
            return attached
        if time.monotonic() > deadline:
            attached.passed = "timeout"
            break
    left = call.limits.out_bytes
    for stdout, into in ((True, attached.stdout), (False, attached.stderr)):
        logs = cast("_Logs", running.logs)
        for chunk in logs(stdout=stdout, stderr=not stdout, stream=True, follow=False):
            into += chunk[:left]
            if len(chunk) > left:
                attached.passed = attached.passed or "output_cap"
                return attached
            left -= len(chunk)
    return attached


def how_it_ended(running: Running, passed: Reason | None) -> tuple[Reason, int]:
    """Return the reason and the exit code; a program that passed its time is stopped."""
    if passed is not None:
        if passed == "timeout":
            with contextlib.suppress(Exception):
                running.stop(timeout=1)
        return passed, 137
    code = int(running.wait(timeout=TALK_S).get("StatusCode", 1))
    running.reload()
    if _state(running).get("OOMKilled"):
        return "oom", code
    return ("ok" if code == 0 else "exit"), code


def was_cut_off(running: Running) -> bool:
    """Say whether the program never ran, or was stopped from outside with its machine."""
    running.reload()
    state = _state(running)
    if state.get("Status") == "created":
        return True
    stopped = state.get("ExitCode") in _STOPPED and not state.get("OOMKilled")
    return state.get("Status") == "dead" or (state.get("Status") == "exited" and stopped)


def find(client: DockerClient, call: SandboxCall) -> list[Running]:
    """Return the containers of this call, the one of the newest worker last."""
    labels = [f"{RUN_LABEL}={call.run_id}", f"{CALL_LABEL}={call.call_id}"]
    found = client.containers.list(all=True, filters={"label": labels})
    return sorted(found, key=lambda running: fence_in(str(running.name)))


def all_of_ours(client: DockerClient) -> list[Running]:
    """Return every container that Agentry made on this daemon."""
    return client.containers.list(all=True, filters={"label": LABEL})


def remove(running: Running) -> None:
    """End and remove a container, whatever it is at."""
    for act in (running.kill, running.remove):
        with contextlib.suppress(Exception):
            act()
    with contextlib.suppress(Exception):
        running.remove(force=True)


def is_named(running: Running, name: str) -> bool:
    """Say whether nobody has taken the container over: then it would have another name."""
    try:
        running.reload()
    except Exception:
        return False
    return running.name == name


def _runs(running: Running) -> bool:
    running.reload()
    return str(_state(running).get("Status")) in ("running", "paused", "restarting")


def _state(running: Running) -> dict[str, object]:
    state: object = running.attrs.get("State")
    return cast("dict[str, object]", state) if isinstance(state, dict) else {}


def _age_s(running: Running, now_ms: int) -> float:
    """Return how long ago the container was started, by the clocks of daemon and studio."""
    started = str(_state(running).get("StartedAt") or "")
    with contextlib.suppress(ValueError):
        # Nanoseconds, of which Python reads six digits.
        moment = datetime.fromisoformat(started.partition(".")[0].removesuffix("Z"))
        return max(0.0, now_ms / 1000 - moment.replace(tzinfo=UTC).timestamp())
    return 0.0
