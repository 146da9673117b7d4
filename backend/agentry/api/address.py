"""The file that tells other programs of this user where the studio is."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from agentry import __version__

ADDRESS_FILE = "studio.json"


def write_address(file: Path, url: str, token: str | None) -> None:
    """Tell other programs of this user where the studio is; nobody else may read it."""
    content = {"url": url, "pid": os.getpid(), "token": token, "version": __version__}
    passing = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        passing.unlink()
    with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out)
    passing.replace(file)


def forget_address(file: Path) -> None:
    """Take our address away; that of a studio which has come after us stays."""
    with suppress(OSError, ValueError):
        if json.loads(file.read_text())["pid"] == os.getpid():
            file.unlink()
