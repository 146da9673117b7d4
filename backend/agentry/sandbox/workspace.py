"""Give a call its own copy of the run's workspace, and apply what it did there exactly once.

A run's folder: `workspace/` is what everyone sees; `calls/<sha of call id>/` belongs to one call:
`tree/` its copy, `result.json` what it gave and what is to be applied (written before anything
is applied), `applied` once that has been done.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.sandbox.changes import (
    ChangeRefused,
    Changes,
    Listing,
    MassDeleteHeld,
    find_changes,
    hold_mass_delete,
    list_tree,
    run_lock,
    shown,
)
from agentry.sandbox.commit import apply
from agentry.sandbox.copy import copy_tree
from agentry.tools.port import CallContext, CallResult

_MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Ending:
    """A call's result and what it changed, as kept for the time after a crash."""

    result: CallResult
    changes: Changes


class CallFolder:
    """One call's copy of the workspace, and the record of how it ended."""

    def __init__(self, context: CallContext) -> None:
        self._workspace = context.workspace
        name = sha256(context.call_id.encode()).hexdigest()[:32]
        self._folder = context.workspace.parent / "calls" / name
        self._before: Listing = {}

    @property
    def tree(self) -> Path:
        """Return the copy, which programs see as `/workspace`."""
        return self._folder / "tree"

    def prepare(self) -> None:
        """Copy the workspace; what an earlier try left is thrown away."""
        self.discard()
        self._folder.parent.mkdir(mode=0o700, exist_ok=True)
        self._folder.mkdir(mode=0o700)
        with run_lock(self._workspace):
            copy_tree(self._workspace, self.tree)

    def remember(self) -> None:
        """Note the copy as it is now: the program starts after this."""
        self._before = list_tree(self.tree)

    def finish(self, result: CallResult) -> CallResult:
        """Apply what the program did and return the result with the files it changed.

        What must not be applied makes the call fail, and nothing of it is applied.
        """
        try:
            after = list_tree(self.tree)
            hold_mass_delete(self._before, after)
            changes = find_changes(self.tree, self._before, after)
        except (ChangeRefused, MassDeleteHeld) as problem:
            return self.keep(_failed(result, problem))
        files = tuple(shown(path) for path in changes.files[:_MOST_NAMED])
        return self._settle(Ending(replace(result, files=files), changes))

    def keep(self, result: CallResult) -> CallResult:
        """Keep the result of a call whose files are not applied, and return it."""
        return self._settle(Ending(result, Changes()))

    def reconcile(self) -> CallResult | None:
        """Finish what a crash interrupted; None: the call had no effect."""
        try:
            ending = _read(self._folder / "result.json")
        except (FileNotFoundError, ValueError, KeyError):
            self.discard()
            return None
        if (self._folder / "applied").exists():
            return ending.result
        return self._apply(ending)

    def discard(self) -> None:
        """Throw the call's folder away, whatever a program left in it."""
        _remove(self._folder)

    def _settle(self, ending: Ending) -> CallResult:
        if ending.changes:
            _flush(self.tree, ending.changes.files)
        _write(self._folder / "result.json", _as_json(ending), durable=bool(ending.changes))
        return self._apply(ending)

    def _apply(self, ending: Ending) -> CallResult:
        status = self._workspace.stat()
        result = ending.result
        try:
            with run_lock(self._workspace):
                if ending.changes:
                    owner = (status.st_uid, status.st_gid)
                    apply(ending.changes, self.tree, self._workspace, owner)
        except ChangeRefused as problem:
            result = _failed(result, problem)
            _write(self._folder / "result.json", _as_json(Ending(result, Changes())), durable=True)
        (self._folder / "applied").touch()
        _remove(self.tree)
        return result


def _failed(result: CallResult, problem: ChangeRefused | MassDeleteHeld) -> CallResult:
    said = f"{problem.detail} {problem.hint}".strip()
    return replace(result, ok=False, error_code=problem.code, message=said, files=())


def _remove(folder: Path) -> None:
    """Remove `folder`, even where a program took away the right to look into parts of it."""
    with suppress(FileNotFoundError):
        for root, names, _, fd in os.fwalk(folder, follow_symlinks=False, onerror=_go_on):
            del root
            for name in names:
                _make_enterable(name, fd)
    shutil.rmtree(folder, ignore_errors=True)


def _go_on(problem: OSError) -> None:
    """Keep walking."""


def _make_enterable(name: str, folder: int) -> None:
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
        os.chmod(name, mode & 0o777 | 0o700, dir_fd=folder)


def _flush(tree: Path, files: Iterable[str]) -> None:
    """Bring the changed files to disk, so that a power cut cannot leave empty ones."""
    for path in files:
        with suppress(OSError):
            fd = os.open(tree / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)


def _as_json(ending: Ending) -> str:
    # The standard library keeps file names of any bytes (as lone surrogates); msgspec refuses them.
    return json.dumps({"result": asdict(ending.result), "changes": asdict(ending.changes)})


def _write(file: Path, text: str, *, durable: bool) -> None:
    fresh = file.with_suffix(".new")
    with fresh.open("w") as out:
        out.write(text)
        if durable:
            out.flush()
            os.fsync(out.fileno())
    fresh.replace(file)
    if durable:
        with _folder_open(file.parent) as fd:
            os.fsync(fd)


@contextmanager
def _folder_open(folder: Path) -> Generator[int]:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


def _read(file: Path) -> Ending:
    kept = cast(JsonObject, json.loads(file.read_text()))
    result, changes = _part(kept, "result"), _part(kept, "changes")
    duration, sandbox = result["duration_ms"], result["sandbox"]
    return Ending(
        CallResult(
            ok=result["ok"] is True,
            output=result["output"],
            error_code=str(result["error_code"]),
            message=str(result["message"]),
            duration_ms=duration if isinstance(duration, int) else 0,
            sandbox=sandbox if isinstance(sandbox, dict) else None,
            files=_names(result["files"]),
        ),
        Changes(_names(changes["deleted"]), _names(changes["folders"]), _names(changes["files"])),
    )


def _part(kept: JsonObject, name: str) -> JsonObject:
    part = kept[name]
    if not isinstance(part, dict):
        raise ValueError(f"{name} is no object")
    return part


def _names(value: Json) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list) else ()
