"""Give a call its own copy of the run's workspace, and apply what it did there exactly once.

A run's folder: `workspace/` is what everyone sees; `calls/<sha of call id>/<fence>/` belongs to one
try of one call: `tree/` its copy, `result.json` what it gave and what is to be applied (written
before anything is applied), `applied` once that has been done. A later worker takes the folder over
by renaming it to its own fence: whoever comes back to the old name finds nothing to apply.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.redact import redact
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
from agentry.sandbox.ending import (
    Ending,
    ending_json,
    flush,
    read_ending,
    read_listing,
    save_listing,
    write,
)
from agentry.tools.port import CallContext, CallResult

_MOST_NAMED = 200


class TakenOver(AgentryError):
    """Another worker has taken this call over; what was done here does not count."""

    code, status = "taken_over", 409

    def __init__(self) -> None:
        super().__init__("Another worker has taken this call over.")


class CallFolder:
    """One call's copy of the workspace, and the record of how it ended."""

    def __init__(self, context: CallContext) -> None:
        self._workspace = context.workspace
        name = sha256(context.call_id.encode()).hexdigest()[:32]
        self._call = context.workspace.parent / "calls" / name
        self._fence = context.fence
        self._secrets = context.secrets
        self._folder = self._call / str(context.fence)
        self._before: Listing = {}

    @property
    def tree(self) -> Path:
        """Return the copy, which programs see as `/workspace`."""
        return self._folder / "tree"

    def was_tried(self) -> bool:
        """Say whether an earlier try left something."""
        return bool(self._tries())

    def prepare(self) -> None:
        """Copy the workspace; what an earlier try left is thrown away."""
        self.discard()
        for folder in (self._call.parent, self._call):
            folder.mkdir(mode=0o700, exist_ok=True)
        self._folder.mkdir(mode=0o700)
        with run_lock(self._workspace):
            copy_tree(self._workspace, self.tree)

    def remember(self, *, keep: bool = False) -> None:
        """Note the copy as it is now: the program starts after this.

        `keep`: so that a later worker can tell what a program changed that outlived us.
        """
        self._before = list_tree(self.tree)
        if keep:
            save_listing(self._before, self._folder / "before.json")

    def take_over(self) -> CallResult | None:
        """Make what an earlier try left ours; return its result, None where it has none yet."""
        with run_lock(self._workspace):
            tries = self._tries()
            for left in tries[:-1]:
                _remove(left)
            if tries and tries[-1] != self._folder:
                tries[-1].rename(self._folder)
        try:
            ending = read_ending(self._folder / "result.json")
        except (FileNotFoundError, ValueError, KeyError):
            return None
        if (self._folder / "applied").exists():
            return ending.result
        return self._apply(ending)

    def outlived(self) -> bool:
        """Say whether an earlier try's program may have outlived its worker, and take its notes."""
        with suppress(FileNotFoundError, ValueError):
            self._before = read_listing(self._folder / "before.json")
            return True
        return False

    def finish(self, result: CallResult) -> CallResult:
        """Apply what the program did and return the result with the files it changed.

        What must not be applied makes the call fail, and nothing of it is applied.
        """
        try:
            after = list_tree(self.tree)
            hold_mass_delete(self._before, after)
            changes = find_changes(self.tree, self._before, after)
        except FileNotFoundError:
            raise TakenOver from None
        except (ChangeRefused, MassDeleteHeld) as problem:
            return self.keep(_failed(result, problem))
        files = tuple(shown(path) for path in changes.files[:_MOST_NAMED])
        return self._settle(Ending(replace(result, files=files), changes))

    def keep(self, result: CallResult) -> CallResult:
        """Keep the result of a call whose files are not applied, and return it."""
        return self._settle(Ending(result, Changes()))

    def reconcile(self) -> CallResult | None:
        """Finish what a crash interrupted; None: nothing of it is left."""
        found = self.take_over()
        if found is None:
            self.discard()
        return found

    def discard(self) -> None:
        """Throw the call's folder away, whatever a program left in it."""
        _remove(self._folder)
        with suppress(OSError):
            self._call.rmdir()

    def _tries(self) -> list[Path]:
        """Return the folders of tries up to ours, the one that counts last."""
        try:
            names = [name for name in os.listdir(self._call) if name.isdigit()]
        except FileNotFoundError:
            return []
        tries = [self._call / name for name in names if int(name) <= self._fence]
        return sorted(tries, key=lambda at: ((at / "result.json").exists(), int(at.name)))

    def _settle(self, ending: Ending) -> CallResult:
        ending = replace(ending, result=_without(self._secrets, ending.result))
        if ending.changes:
            flush(self.tree, ending.changes.files)
        try:
            write(self._folder / "result.json", ending_json(ending), durable=bool(ending.changes))
        except FileNotFoundError:
            raise TakenOver from None
        return self._apply(ending)

    def _apply(self, ending: Ending) -> CallResult:
        status = self._workspace.stat()
        result = ending.result
        with run_lock(self._workspace):
            if not self._folder.is_dir():
                raise TakenOver
            try:
                if ending.changes:
                    owner = (status.st_uid, status.st_gid)
                    apply(ending.changes, self.tree, self._workspace, owner)
            except ChangeRefused as problem:
                result = _failed(result, problem)
                kept = ending_json(Ending(result, Changes()))
                write(self._folder / "result.json", kept, durable=True)
            (self._folder / "applied").touch()
        _remove(self.tree)
        return result


def _without(secrets: tuple[str, ...], result: CallResult) -> CallResult:
    """Return a result that can be kept: without the secrets that a program printed."""
    if not secrets:
        return result
    message = str(redact(result.message, secrets))
    return replace(result, output=redact(result.output, secrets), message=message)


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
