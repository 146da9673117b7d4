"""The file tools: they work on the run's workspace and on lent folders, in this process."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.sandbox.beneath import (
    PathRefused,
    Root,
    list_beneath,
    read_beneath,
    write_beneath,
)
from agentry.sandbox.box import lendable
from agentry.sandbox.changes import run_lock
from agentry.tools.port import CallContext, Mount

_MOST_READ = 1024 * 1024
_MOST_WRITE = 16 * 1024 * 1024
_MOST_LISTED = 2000
_WORKSPACE = "/workspace"
_INPUTS = "/inputs/"


class Files:
    """read_file, write_file and list_files. `hidden` folders stay unseen in lent ones."""

    def __init__(self, hidden: Sequence[Path] = ()) -> None:
        self._hidden = tuple(hidden)

    def read(self, args: JsonObject, context: CallContext) -> Json:
        """Return the text of a file; what is no UTF-8 in it shows as replacement characters."""
        root, path = self._place(str(args["path"]), context)
        return read_beneath(root, path, _MOST_READ).decode(errors="replace")

    def write(self, args: JsonObject, context: CallContext) -> Json:
        """Put a whole file in place and return its path and size in bytes."""
        root, path = self._place(str(args["path"]), context)
        if root.shown != _WORKSPACE:
            raise PathRefused(f"{args['path']!r} is lent to the run; it can only be read.")
        content = str(args["content"]).encode(errors="replace")
        if len(content) > _MOST_WRITE:
            raise PathRefused(f"The text has {len(content)} bytes; at most {_MOST_WRITE} fit.")
        with run_lock(context.workspace):
            write_beneath(root, path, content)
        return {"path": path, "bytes": len(content)}

    def list(self, args: JsonObject, context: CallContext) -> Json:
        """Return what is in a folder, at most 2000 entries."""
        root, path = self._place(str(args.get("path") or "."), context)
        deep = args.get("recursive") is not False
        prefix = "" if root.shown == _WORKSPACE else f"{root.shown}/"
        found = list(islice(list_beneath(root, path, deep=deep), _MOST_LISTED + 1))
        files: list[Json] = [
            {"path": _text(prefix + name), "kind": _kind(status.st_mode), "bytes": status.st_size}
            for name, status in found[:_MOST_LISTED]
        ]
        return {"files": files, "truncated": len(found) > _MOST_LISTED}

    def _place(self, path: str, context: CallContext) -> tuple[Root, str]:
        """Find the folder a path belongs to: as programs in the sandbox would see it."""
        if path == _WORKSPACE or path.startswith(f"{_WORKSPACE}/"):
            path = path.removeprefix(_WORKSPACE).removeprefix("/") or "."
        if not path.startswith(_INPUTS):
            return Root(context.workspace, _WORKSPACE), path
        name, _, rest = path.removeprefix(_INPUTS).partition("/")
        mount = next((mount for mount in context.mounts if mount.name == name), None)
        if mount is None:
            known = ", ".join(f"{_INPUTS}{each.name}" for each in context.mounts) or "none"
            raise PathRefused(f"No folder {_INPUTS}{name} is lent to this run.", hint=known)
        return self._lent(mount), rest or "."

    def _lent(self, mount: Mount) -> Root:
        hidden: set[tuple[int, int]] = set()
        for folder in self._hidden:
            if folder.exists():
                status = folder.stat()
                hidden.add((status.st_dev, status.st_ino))
        return Root(lendable(mount), f"{_INPUTS}{mount.name}", frozenset(hidden))


def _text(name: str) -> str:
    return name.encode(errors="surrogateescape").decode(errors="replace")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "file"
