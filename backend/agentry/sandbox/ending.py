"""What a try of a call writes down for the time after a crash: what was there, how it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import cast

from agentry.base.json import Json, JsonObject
from agentry.sandbox.changes import Changes, Entry, Listing
from agentry.tools.port import CallResult


@dataclass(frozen=True, slots=True)
class Ending:
    """A call's result and what it changed, as kept for the time after a crash."""

    result: CallResult
    changes: Changes


def flush(tree: Path, files: Iterable[str]) -> None:
    """Bring the changed files to disk, so that a power cut cannot leave empty ones."""
    for path in files:
        with suppress(OSError):
            fd = os.open(tree / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)


def ending_json(ending: Ending) -> str:
    """Return the text that `read_ending` reads."""
    # The standard library keeps file names of any bytes (as lone surrogates); msgspec refuses them.
    return json.dumps({"result": asdict(ending.result), "changes": asdict(ending.changes)})


def write(file: Path, text: str, *, durable: bool) -> None:
    """Put `text` in the place of what `file` held: wholly or not at all."""
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


def read_ending(file: Path) -> Ending:
    """Return what `file` keeps; raise `FileNotFoundError`, `ValueError`, `KeyError`."""
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


def save_listing(listing: Listing, file: Path) -> None:
    """Keep what was in a folder before a program changed it."""
    write(
        file, json.dumps({path: astuple(entry) for path, entry in listing.items()}), durable=False
    )


def read_listing(file: Path) -> Listing:
    """Return what `save_listing` kept; raise `FileNotFoundError`, `ValueError`."""
    kept = json.loads(file.read_text())
    return {path: Entry(*entry) for path, entry in kept.items()}
