"""The hardened container of one call, as arguments for Docker: a pure function of the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agentry.sandbox.box import BadSandboxCall, environment_of, lendable
from agentry.sandbox.seccomp import docker_profile
from agentry.tools.port import SandboxCall

LABEL = "agentry.box"
_SHM_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ulimit:
    """One rlimit of the container."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Container:
    """What a container is made with. `binds`: host path -> (path inside, mode)."""

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


def container_for(
    call: SandboxCall,
    *,
    image: str,
    runtime: str,
    uid: int,
    gid: int,
    hidden: Sequence[Path],
    label: str,
) -> Container:
    """Return the container of `call`; raise `BadSandboxCall`."""
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
    # gVisor counts its own threads as processes of the container: count inside instead.
    outside = max(limits.pids, 1024) if runtime == "runsc" else limits.pids
    return Container(
        image=image,
        command=call.argv,
        runtime=runtime,
        user=f"{uid}:{gid}",
        environment=environment_of(call, ["/usr/local/bin", "/usr/bin", "/bin"]),
        binds=binds,
        tmpfs=tmpfs,
        labels={LABEL: label},
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
    )
