"""A git repository made for a test, and what plain git says about it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

ADA = "Ada Lovelace <ada@example.org>"
GRACE = "Grace Hopper <grace@example.org>"
SOREN = "Søren Kjær <soren@example.org>"


@dataclass
class Repository:
    """A work tree under test; every commit is a day after the one before, from 2025-01-01 on."""

    root: Path
    day: int = 0
    who: str = ADA
    settings: dict[str, str] = field(default_factory=lambda: {})

    def git(self, *args: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *args],
            env=self.env(),
            capture_output=True,
            check=True,
        )
        return done.stdout.decode(errors="backslashreplace")

    def env(self) -> dict[str, str]:
        name, _, mail = self.who.rstrip(">").partition(" <")
        at = f"{1735689600 + self.day * 86400} +0000"
        return {
            "PATH": os.environ["PATH"],
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": mail,
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": mail,
            "GIT_COMMITTER_DATE": at,
        }

    def write(self, path: str | bytes, content: str | bytes) -> None:
        target = os.path.join(os.fsencode(self.root), os.fsencode(path))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str, who: str = ADA) -> None:
        self.day += 1
        self.who = who
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)


def make(root: Path) -> Repository:
    """Make a history with three people, renames, a binary file, a deletion and a merge."""
    root.mkdir(parents=True)
    repo = Repository(root)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.write("README.md", "# Kettle\n\nBoils water.\n")
    repo.write("src/kettle.py", "".join(f"step_{number} = {number}\n" for number in range(40)))
    repo.commit("start")
    repo.write("logo.png", bytes(range(256)))
    repo.write("src/kettle.py", "".join(f"step_{number} = {number}\n" for number in range(5, 48)))
    repo.commit("boil faster, add a picture", GRACE)
    repo.git("mv", "src/kettle.py", "src/boiler.py")
    repo.write("src/old.py", "gone = True\n")
    repo.commit("call it what it is", SOREN)
    repo.git("switch", "--quiet", "--create", "lid")
    repo.write("src/lid.py", "def shut() -> None: ...\n")
    repo.commit("a lid", GRACE)
    repo.git("switch", "--quiet", "main")
    (root / "src/old.py").unlink()
    repo.write("README.md", "# Kettle\n\nBoils water, fast.\n")
    repo.commit("tidy up")
    repo.day += 1
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "lid")
    repo.git("mv", "logo.png", "a logo.png")
    repo.write("src/boiler.py", "".join(f"step_{number} = {number}\n" for number in range(5, 50)))
    repo.commit("rename the picture", GRACE)
    return repo


def plain_numbers(repo: Repository) -> dict[str, int]:
    """Count with plain git and nothing of ours: the definition that the report documents."""
    counts = [line.split("\t") for line in repo.git("log", "--numstat", "--format=").splitlines()]
    lines = [line for line in counts if len(line) == 3 and line[0] != "-"]
    touched = repo.git("log", "--no-renames", "--name-only", "--format=", "-z").split("\0")
    return {
        "commits": int(repo.git("rev-list", "--count", "HEAD")),
        "merges": int(repo.git("rev-list", "--count", "--merges", "HEAD")),
        "files": len({name.strip("\n") for name in touched} - {""}),
        "lines_added": sum(int(line[0]) for line in lines),
        "lines_deleted": sum(int(line[1]) for line in lines),
        "contributors": len(repo.git("shortlog", "--summary", "HEAD").splitlines()),
    }
