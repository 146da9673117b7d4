"""What the architecture tests look at: the files that belong to the project."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def files() -> tuple[str, ...]:
    """Return every file that git knows or would take in, as paths from the top."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = {name for name in listed.stdout.split("\0") if name}
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def with_suffix(*suffixes: str, under: str = "") -> list[str]:
    """Return the project's files under a folder that end in one of `suffixes`."""
    return [name for name in files() if name.startswith(under) and name.endswith(suffixes)]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def lines_in(name: str) -> int:
    return len(read(name).splitlines())
