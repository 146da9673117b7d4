"""The hardened container of one call, as arguments for Docker: a pure function of the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from agentry.sandbox.box import BadSandboxCall, environment_of, lendable
from agentry.sandbox.seccomp import docker_profile
from agentry.tools.port import SandboxCall

LABEL = "agentry.box"
RUN_LABEL, CALL_LABEL, FENCE_LABEL = "agentry.run", "agentry.call", "agentry.fence"
STDIN = "/agentry-stdin"
_SHM_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ulimit:
    """One rlimit of the container."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Container:
    """What a container is made with. `binds`: host path -> (path inside, mode)."""

    name: str
    image: str
    command: tuple[str, ...]
    runtime: str
    user: str
    environment: dict[str, str]
    binds: dict[str, tuple[str, str]]
    tmpfs: dict[str, str]
    labels: dict[str, str]
    nano_cpus: int
    mem: int
    pids: int
    shm_bytes: int
    ulimits: tuple[Ulimit, ...]
    security: tuple[str, ...]
    log_bytes: int


def name_for(call: SandboxCall) -> str:
    """Return the container's name: whoever works on the call now has the highest fence in it."""
    return f"{_stem(call)}-{call.fence}"


def fence_in(name: str) -> int:
    """Return the fence in a container's name."""
    fence = name.rpartition("-")[2]
    return int(fence) if fence.isdigit() else 0


def _stem(call: SandboxCall) -> str:
    return "agentry-" + sha256(f"{call.run_id}\n{call.call_id}".encode()).hexdigest()[:24]


def container_for(
    call: SandboxCall,
    *,
    image: str,
    runtime: str,
    uid: int,
    gid: int,
    hidden: Sequence[Path],
    label: str,
    stdin: Path | None = None,
) -> Container:
    """Return the container of `call`; raise `BadSandboxCall`.

    `stdin` is the host file that the program reads: it is there also when its worker is gone.
    """
    limits = call.limits
    binds = {str(call.workspace): ("/workspace", "rw")}
    tmpfs = {
        "/tmp": f"rw,nosuid,nodev,exec,size={limits.tmp},mode=1777",  # noqa: S108 -- in the box
        "/run": "rw,nosuid,nodev,noexec,size=1m,mode=0755",
    }
    for mount in call.mounts:
        source = lendable(mount)
        binds[str(source)] = (f"/inputs/{mount.name}", "ro")
        for folder in (path.resolve() for path in hidden):
            if folder == source:
                raise BadSandboxCall("The studio's own data folder cannot be lent to a sandbox.")
            if folder.is_relative_to(source) and folder.is_dir():
                covered = f"/inputs/{mount.name}/{folder.relative_to(source)}"
                tmpfs[covered] = "ro,nosuid,nodev,noexec,size=4k,mode=0555"
    command = call.argv
    if stdin is not None:
        binds[str(stdin)] = (STDIN, "ro")
        command = ("/bin/sh", "-c", f'exec "$@" < {STDIN}', "sh", *command)
    # gVisor counts its own threads as processes of the container: count inside instead.
    outside = max(limits.pids, 1024) if runtime == "runsc" else limits.pids
    return Container(
        name=name_for(call),
        image=image,
        command=command,
        runtime=runtime,
        user=f"{uid}:{gid}",
        environment=environment_of(call, ["/usr/local/bin", "/usr/bin", "/bin"]),
        binds=binds,
        tmpfs=tmpfs,
        labels={
            LABEL: label,
            RUN_LABEL: call.run_id,
            CALL_LABEL: call.call_id,
            FENCE_LABEL: str(call.fence),
        },
        nano_cpus=int(limits.cpu * 1_000_000_000),
        mem=limits.mem,
        pids=outside,
        shm_bytes=_SHM_BYTES,
        ulimits=(
            Ulimit("core", 0),
            Ulimit("fsize", limits.fsize),
            Ulimit("nofile", limits.nofile),
            Ulimit("nproc", limits.pids),
        ),
        security=("no-new-privileges", f"seccomp={docker_profile()}"),
        # What was printed is kept for a later worker; a line costs a few dozen bytes beside itself.
        log_bytes=32 * limits.out_bytes,
    )
