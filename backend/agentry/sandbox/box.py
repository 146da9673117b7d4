"""What a bwrap box is made of, as the arguments of bwrap: a pure function of the call."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.sandbox.etc import BOX_UID
from agentry.tools.port import Mount, SandboxCall

PYTHON = "/opt/python"
_DEV_SIZE = 16 * 1024 * 1024
_RUN_SIZE = 1024 * 1024
_MOUNT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


class BadSandboxCall(AgentryError):
    """A call asks for something a box cannot be given."""

    code, status = "bad_sandbox_call", 422


@dataclass(frozen=True, slots=True)
class Host:
    """What of this host a box is made of; found once, at start."""

    usr_links: tuple[tuple[str, str], ...]
    usr_folders: tuple[str, ...]
    etc: Path
    python: Path | None
    # What people installed beside the standard library is theirs, and slows every start.
    packages: str = ""
    no_more_userns: bool = True


@dataclass(frozen=True, slots=True)
class Bind:
    """A host folder and where the box sees it. `lent` folders are read with their owner's eyes."""

    source: Path
    target: str
    writable: bool = False
    lent: bool = False


def look_at_host(etc: Path) -> Host:
    """Find what hangs on `/usr`, and the Python in use where it lies elsewhere."""
    links: list[tuple[str, str]] = []
    folders: list[str] = []
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/") / name
        if path.is_symlink():
            links.append((os.readlink(path), f"/{name}"))
        elif path.is_dir():
            folders.append(f"/{name}")
    prefix = Path(sys.base_prefix).resolve()
    if prefix.is_relative_to("/usr"):
        return Host(tuple(links), tuple(folders), etc, None)
    packages = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    covered = f"{PYTHON}/{packages}" if (prefix / packages).is_dir() else ""
    return Host(tuple(links), tuple(folders), etc, prefix, covered)


def binds_of(host: Host, call: SandboxCall) -> list[Bind]:
    """Return every host folder beyond `/usr` that the box sees; raise `BadSandboxCall`."""
    binds = [Bind(call.workspace, "/workspace", writable=True)]
    if host.python is not None:
        binds.append(Bind(host.python, PYTHON))
    for mount in call.mounts:
        binds.append(Bind(lendable(mount), f"/inputs/{mount.name}", lent=True))
    return binds


def lendable(mount: Mount) -> Path:
    """Return the real folder behind `mount`, or raise `BadSandboxCall`."""
    if not _MOUNT_NAME.fullmatch(mount.name):
        raise BadSandboxCall(f"The input {mount.name!r} cannot name a folder in the sandbox.")
    try:
        source = mount.source.resolve(strict=True)
    except OSError:
        source = mount.source
    if not source.is_dir():
        raise BadSandboxCall(f"The folder {str(mount.source)!r} for {mount.name!r} does not exist.")
    if source in (Path("/"), Path("/proc"), Path("/sys"), Path("/dev")):
        raise BadSandboxCall(
            f"The folder {str(source)!r} cannot be lent to a sandbox.",
            hint="Lend the folder that holds what the run needs.",
        )
    return source


def environment(host: Host, call: SandboxCall) -> dict[str, str]:
    """Return the whole environment of a program in a box made of this host."""
    paths = ["/usr/local/bin", "/usr/bin", "/bin"]
    if host.python is None:
        return environment_of(call, paths)
    env = environment_of(call, [f"{PYTHON}/bin", *paths])
    if any((host.python / "lib").glob("libpython*.so*")):
        env.setdefault("LD_LIBRARY_PATH", f"{PYTHON}/lib")
    return env


def environment_of(call: SandboxCall, paths: Sequence[str]) -> dict[str, str]:
    """Return what a program's environment begins with, and the call's; nothing of the studio's."""
    env = {
        "HOME": "/tmp",  # noqa: S108 -- the box's own, sized and empty
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "USER": "box",
        "PATH": ":".join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        # A lent repository belongs to somebody else, which git would refuse to read.
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    for name, value in call.env.items():
        if not _ENV_NAME.fullmatch(name) or "\0" in value:
            raise BadSandboxCall(f"The environment variable {name!r} cannot be set.")
        env[name] = value
    return env


def hidden_options(binds: Sequence[Bind], hidden: Sequence[Path]) -> Iterator[str]:
    """Cover the studio's own folders where a lent folder would show them."""
    for bind in binds:
        for folder in hidden if bind.lent else ():
            real = folder.resolve()
            if real == bind.source:
                raise BadSandboxCall("The studio's own data folder cannot be lent to a sandbox.")
            if real.is_relative_to(bind.source) and real.is_dir():
                target = f"{bind.target}/{real.relative_to(bind.source)}"
                yield from _empty(target)


def box_options(
    host: Host,
    call: SandboxCall,
    binds: Sequence[tuple[str, Bind]],
    hidden: Sequence[Path],
) -> list[str]:
    """Return bwrap's options. `binds` pairs each bind with the path bwrap finds it at.

    Environment and folders are in here: hand them over by `--args`, where no `ps` shows them.
    """
    options = ["--unshare-all", "--unshare-user"]
    if host.no_more_userns:
        options.append("--disable-userns")
    options += ["--uid", str(BOX_UID), "--gid", str(BOX_UID), "--hostname", "box"]
    options += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    options += ["--ro-bind", "/usr", "/usr"]
    for target, link in host.usr_links:
        options += ["--symlink", target, link]
    for folder in host.usr_folders:
        options += ["--ro-bind", folder, folder]
    options += _etc_options(host.etc)
    options += ["--proc", "/proc", "--dev", "/dev"]
    options += ["--size", str(_DEV_SIZE), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]  # noqa: S108
    options += ["--size", str(call.limits.tmp), "--tmpfs", "/tmp"]  # noqa: S108
    options += ["--size", str(_RUN_SIZE), "--tmpfs", "/run", "--dir", "/inputs"]
    for found_at, bind in binds:
        options += ["--bind" if bind.writable else "--ro-bind", found_at, bind.target]
    options += hidden_options([bind for _, bind in binds], hidden)
    if host.packages:
        options += _empty(host.packages)
    for name, value in environment(host, call).items():
        options += ["--setenv", name, value]
    options += ["--chdir", "/workspace", "--remount-ro", "/"]
    return options


def _empty(target: str) -> tuple[str, ...]:
    """Cover a folder of the box with one that is empty and stays so."""
    return ("--size", "4096", "--tmpfs", target, "--remount-ro", target)


def _etc_options(etc: Path) -> Iterator[str]:
    yield from ("--ro-bind", str(etc), "/etc")
    for name in ("ld.so.cache", "alternatives", "ssl/certs"):
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
