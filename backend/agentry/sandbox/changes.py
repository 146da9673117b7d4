"""What a program did to its copy of the workspace, and how that is put into the real one."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agentry.base.beneath import FOLDER
from agentry.base.errors import AgentryError

Kind = Literal["file", "folder", "link"]

_MOST_ENTRIES = 50_000
_HELD_ABOVE = 50
_HELD_SHARE = 0.3
_HELD_SHARE_FROM = 5


class ChangeRefused(AgentryError):
    """A call left something in its workspace that must not reach the real one."""

    code, status = "change_refused", 422


class MassDeleteHeld(AgentryError):
    """A call deleted so much that nothing of it was applied."""

    code, status = "mass_delete_held", 409


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a folder tree, as much of it as tells whether it was changed."""

    kind: Kind
    mode: int
    size: int
    inode: int
    written: int
    changed: int

    def moved_from(self, old: Entry) -> bool:
        """Say whether this is the same file as `old`, unchanged, wherever it is now."""
        same = (self.kind, self.inode, self.size, self.written)
        return same == (old.kind, old.inode, old.size, old.written)


Listing = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do to the workspace, in this order. Paths are relative, of any bytes."""

    deleted: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.deleted or self.folders or self.files)


@contextmanager
def run_lock(workspace: Path) -> Generator[None]:
    """Let one at a time read or change the whole of a run's workspace."""
    lock = os.open(
        workspace.parent / ".workspace.lock",
        os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC,
        0o600,
    )
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def list_tree(folder: Path) -> Listing:
    """Return all that is below `folder`; raise `ChangeRefused` for what no workspace may hold."""
    found: dict[str, Entry] = {}
    top = os.open(folder, FOLDER)
    try:
        _list_into(found, top, "", 0)
    finally:
        os.close(top)
    return found


def _list_into(found: dict[str, Entry], folder: int, prefix: str, depth: int) -> None:
    if depth > 100:
        raise ChangeRefused("The call made folders more than 100 deep; nothing was applied.")
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries]
    for name in names:
        path = f"{prefix}{name}"
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        found[path] = Entry(
            _kind(path, status.st_mode),
            stat.S_IMODE(status.st_mode),
            status.st_size,
            status.st_ino,
            status.st_mtime_ns,
            status.st_ctime_ns,
        )
        if len(found) > _MOST_ENTRIES:
            raise ChangeRefused(
                f"The call left more than {_MOST_ENTRIES} files; nothing was applied."
            )
        if stat.S_ISDIR(status.st_mode):
            below = _open_folder(folder, name, status.st_mode)
            try:
                _list_into(found, below, f"{path}/", depth + 1)
            finally:
                os.close(below)


def _open_folder(folder: int, name: str, mode: int) -> int:
    if mode & 0o700 != 0o700:
        # Nothing of the call runs any more, so nobody can put a link in the folder's place.
        os.chmod(name, mode & 0o777 | 0o700, dir_fd=folder)
    return os.open(name, FOLDER, dir_fd=folder)


def _kind(path: str, mode: int) -> Kind:
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "link"
    if not stat.S_ISREG(mode):
        raise ChangeRefused(
            f"The call left {shown(path)!r}, which is no file, folder or link; nothing was applied."
        )
    if mode & (stat.S_ISUID | stat.S_ISGID):
        raise ChangeRefused(
            f"The call left {shown(path)!r} with a set-user-id bit; nothing was applied."
        )
    return "file"


def find_changes(tree: Path, before: Listing, after: Listing) -> Changes:
    """Compare two listings of `tree`; raise `ChangeRefused` for a link that leads outside."""
    touched = [path for path, entry in after.items() if before.get(path) != entry]
    fresh = [path for path in touched if _matters(before.get(path), after[path])]
    gone = [path for path, old in before.items() if _gone(old, after.get(path))]
    for path in fresh:
        if after[path].kind == "link":
            _refuse_escape(tree, path)
    return Changes(
        deleted=tuple(sorted(gone, key=lambda path: (-path.count("/"), path))),
        folders=tuple(sorted(path for path in fresh if after[path].kind == "folder")),
        files=tuple(sorted(path for path in fresh if after[path].kind != "folder")),
    )


def _gone(old: Entry, now: Entry | None) -> bool:
    return now is None or (old.kind == "folder") != (now.kind == "folder")


def _matters(old: Entry | None, now: Entry) -> bool:
    # A folder's times change with what is in it, and its own mode is Agentry's business.
    return now.kind != "folder" or old is None or old.kind != "folder"


def _refuse_escape(tree: Path, path: str) -> None:
    target = os.readlink(tree / path)
    steps = [step for step in target.split("/") if step not in ("", ".")]
    climbs = 0
    while climbs < len(steps) and steps[climbs] == "..":
        climbs += 1
    # '..' behind a name could climb from wherever a link of that name leads.
    if target.startswith("/") or climbs > path.count("/") or ".." in steps[climbs:]:
        raise ChangeRefused(
            f"The call left the link {shown(path)!r} to {shown(target)!r}, "
            "which could lead out of the workspace; nothing was applied.",
            hint="Make links relative, and keep them inside /workspace.",
        )


def hold_mass_delete(before: Listing, after: Listing) -> None:
    """Raise `MassDeleteHeld` where a call deleted many files, a large share, or all of them."""
    had = {path: entry for path, entry in before.items() if entry.kind != "folder"}
    by_inode = {entry.inode: entry for entry in after.values()}
    lost = 0
    for path, old in had.items():
        now = after.get(path)
        if now is not None and now.kind != "folder":
            continue
        moved = by_inode.get(old.inode)
        if moved is None or not moved.moved_from(old):
            lost += 1
    share = lost / len(had) if had else 0.0
    if lost > _HELD_ABOVE or (share > _HELD_SHARE and lost >= _HELD_SHARE_FROM) or share == 1.0:
        raise MassDeleteHeld(
            f"The call deleted {lost} of {len(had)} files in /workspace; nothing was applied.",
            hint="Delete fewer files in one call if that was meant.",
        )


def shown(path: str) -> str:
    """Return a path as text that any reader can show."""
    return path.encode(errors="surrogateescape").decode(errors="replace")
