"""Resource ceilings by cgroup: v2 where a subtree is ours to use, else v1 folders, else none."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agentry.tools.port import Limits

_FOLDER = "agentry"
_NEEDED = ("memory", "pids")
_PERIOD_US = 100_000


@dataclass(frozen=True, slots=True)
class Cgroup:
    """One call's group: one folder (v2), or one for each controller (v1)."""

    folders: Mapping[str, Path]
    unified: bool

    def join_files(self) -> list[str]:
        """Return the files a process writes itself into to be inside."""
        return [str(folder / "cgroup.procs") for folder in dict.fromkeys(self.folders.values())]

    def pids(self) -> list[int]:
        """Return the processes inside, as the host numbers them."""
        with contextlib.suppress(OSError):
            text = (self.folders["pids"] / "cgroup.procs").read_text()
            return [int(line) for line in text.split()]
        return []

    def kill(self) -> bool:
        """Kill all inside; say whether nothing is left."""
        if self.unified:
            with contextlib.suppress(OSError):
                (self.folders["pids"] / "cgroup.kill").write_text("1")
        for pid in self.pids():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return not self.pids()

    def memory_ran_out(self) -> bool:
        """Say whether the kernel killed something inside for want of memory."""
        name = "memory.events" if self.unified else "memory.oom_control"
        return _counter(self.folders["memory"] / name, "oom_kill") > 0

    def pids_ran_out(self) -> bool:
        """Say whether a fork inside was refused."""
        return _counter(self.folders["pids"] / "pids.events", "max") > 0

    def remove(self) -> bool:
        """Remove the group; say whether it is gone."""
        gone = True
        for folder in dict.fromkeys(self.folders.values()):
            try:
                folder.rmdir()
            except FileNotFoundError:
                continue
            except OSError:
                gone = False
        return gone


@dataclass(frozen=True, slots=True)
class Cgroups:
    """Where groups can be made: a parent folder for each controller."""

    parents: Mapping[str, Path]
    unified: bool

    def create(self, name: str, limits: Limits) -> Cgroup:
        """Make the group `name` with the ceilings of `limits`; raise `OSError`."""
        folders = {kind: parent / name for kind, parent in self.parents.items()}
        group = Cgroup(folders, self.unified)
        for folder in dict.fromkeys(folders.values()):
            folder.mkdir(mode=0o755)
        for file, value in self._ceilings(folders, limits):
            file.write_text(value)
        return group

    def _ceilings(self, at: Mapping[str, Path], limits: Limits) -> Iterator[tuple[Path, str]]:
        quota = max(1000, int(limits.cpu * _PERIOD_US))
        yield at["pids"] / "pids.max", str(limits.pids)
        if self.unified:
            yield at["memory"] / "memory.max", str(limits.mem)
            if (at["memory"] / "memory.swap.max").exists():
                yield at["memory"] / "memory.swap.max", "0"
            if "cpu" in at:
                yield at["cpu"] / "cpu.max", f"{quota} {_PERIOD_US}"
            return
        yield at["memory"] / "memory.limit_in_bytes", str(limits.mem)
        if (at["memory"] / "memory.memsw.limit_in_bytes").exists():
            yield at["memory"] / "memory.memsw.limit_in_bytes", str(limits.mem)
        if "cpu" in at:
            yield at["cpu"] / "cpu.cfs_period_us", str(_PERIOD_US)
            yield at["cpu"] / "cpu.cfs_quota_us", str(quota)

    def left_behind(self) -> dict[str, Cgroup]:
        """Return all groups that exist, by name: those of this process and of dead ones."""
        found: dict[str, dict[str, Path]] = {}
        for kind, parent in self.parents.items():
            for folder in parent.iterdir() if parent.is_dir() else ():
                if folder.is_dir():
                    found.setdefault(folder.name, {})[kind] = folder
        whole = {name: at for name, at in found.items() if set(_NEEDED) <= at.keys()}
        return {name: Cgroup(at, self.unified) for name, at in whole.items()}


def empty(group: Cgroup, patience_s: float = 2.0) -> None:
    """Kill all inside `group` and remove it, waiting for the kernel to let go."""
    deadline = time.monotonic() + patience_s
    while not (group.kill() and group.remove()) and time.monotonic() < deadline:
        time.sleep(0.001)


def find_cgroups(proc: Path = Path("/proc/self")) -> Cgroups | None:
    """Return where this process may make groups with memory and pids ceilings, or None."""
    try:
        own = _own_paths((proc / "cgroup").read_text())
        mounts = _mounts((proc / "mountinfo").read_text())
    except OSError:
        return None
    return _unified(own, mounts) or _by_controller(own, mounts)


def _own_paths(text: str) -> dict[str, str]:
    """Read `/proc/self/cgroup`: controller ('' for v2) -> path."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        _, kinds, path = line.split(":", 2)
        for kind in kinds.split(","):
            found[kind] = path
    return found


def _mounts(text: str) -> dict[str, tuple[Path, str]]:
    """Read `/proc/self/mountinfo`: controller ('' for v2) -> (mount point, root of the mount)."""
    found: dict[str, tuple[Path, str]] = {}
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        root, point = before.split(" ")[3:5]
        if kind == "cgroup2":
            found[""] = (Path(point), root)
        elif kind == "cgroup":
            for option in options.split(" ")[-1].split(","):
                found.setdefault(option, (Path(point), root))
    return found


def _own_folder(kind: str, own: dict[str, str], mounts: dict[str, tuple[Path, str]]) -> Path | None:
    if kind not in own or kind not in mounts:
        return None
    point, root = mounts[kind]
    inside = os.path.relpath(own[kind], root)
    folder = point if inside.startswith("..") else (point / inside)
    return folder if folder.is_dir() else None


def _unified(own: dict[str, str], mounts: dict[str, tuple[Path, str]]) -> Cgroups | None:
    """Look upwards for a folder that hands memory and pids down and that we may write to.

    Our own folder never will do: a group with processes in it cannot hand controllers down.
    """
    folder = _own_folder("", own, mounts)
    if folder is None:
        return None
    top = mounts[""][0]
    for parent in (folder, *folder.parents):
        if not parent.is_relative_to(top):
            break
        with contextlib.suppress(OSError):
            handed = (parent / "cgroup.subtree_control").read_text().split()
            if set(_NEEDED) <= set(handed) and os.access(parent / "cgroup.procs", os.W_OK):
                return _own_subtree(parent / _FOLDER, handed)
    return None


def _own_subtree(folder: Path, handed: list[str]) -> Cgroups:
    folder.mkdir(exist_ok=True)
    kinds = [kind for kind in (*_NEEDED, "cpu") if kind in handed]
    (folder / "cgroup.subtree_control").write_text(" ".join(f"+{kind}" for kind in kinds))
    return Cgroups({kind: folder for kind in kinds}, unified=True)


def _by_controller(own: dict[str, str], mounts: dict[str, tuple[Path, str]]) -> Cgroups | None:
    parents: dict[str, Path] = {}
    for kind in (*_NEEDED, "cpu"):
        folder = _own_folder(kind, own, mounts)
        if folder is None or not os.access(folder, os.W_OK):
            continue
        with contextlib.suppress(OSError):
            (folder / _FOLDER).mkdir(exist_ok=True)
            parents[kind] = folder / _FOLDER
    return Cgroups(parents, unified=False) if set(_NEEDED) <= parents.keys() else None


def _counter(file: Path, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in file.read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == name:
                return int(value)
    return 0
