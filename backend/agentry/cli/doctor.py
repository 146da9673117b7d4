"""`agentry doctor`: what works on this machine, what is missing and how to get it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from agentry import __version__
from agentry.base.errors import AgentryError
from agentry.base.settings import Settings, load_settings
from agentry.cli import console, doctor_database

State = Literal["ok", "missing", "broken"]

_MB = 1024 * 1024
_LEAST_FREE = 200 * _MB
_LEAST_SQLITE = (3, 35, 0)
_HOW_TO_GET = {
    "docker-runsc": "Optional, gVisor, a kernel of its own for each call: https://gvisor.dev/docs",
    "docker-runc": "Optional: https://docs.docker.com/engine/install",
}
_MARKS = {"ok": "✓", "missing": "–", "broken": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `needed`: without it nothing runs. `get` says how to mend it."""

    name: str
    state: State
    detail: str
    get: str = ""
    needed: bool = False


def examine(*, check_db: bool = False, as_json: bool) -> int:
    """Look at everything, or thoroughly at the database; return 0 where what matters is well."""
    settings = load_settings()
    if check_db:
        return doctor_database.check(settings, as_json=as_json)
    found = list(findings(settings))
    possible = not any(item.needed and item.state != "ok" for item in found)
    if as_json:
        console.out_json(
            {"ok": possible, "version": __version__, "findings": [asdict(item) for item in found]}
        )
    else:
        for item in found:
            console.out(f"{_MARKS[item.state]} {item.name}: {item.detail}")
            if item.get:
                console.out(f"    {item.get}")
        console.out("Runs are possible." if possible else "Runs are not possible yet.")
    return console.OK if possible else console.FAILED


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield one finding after the other; none of them changes anything."""
    yield _python()
    yield _sqlite()
    yield _data_folder(settings.home)
    yield _room(settings.home)
    yield _database(settings)
    yield from _sandboxes()
    yield from _models()
    yield _ui()


def _python() -> Finding:
    # An older one cannot even import this file.
    return Finding("Python", "ok", ".".join(map(str, sys.version_info[:3])), needed=True)


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= _LEAST_SQLITE:
        return Finding("SQLite", "ok", version, needed=True)
    get = "Use a Python that is built with SQLite 3.35 or newer."
    return Finding("SQLite", "broken", version, get, needed=True)


def _data_folder(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
        made = "" if place == home else " (made at the first start)"
        return Finding("Data folder", "ok", f"{home}{made}", needed=True)
    get = f"Change the rights of {place}, or set AGENTRY_HOME."
    return Finding("Data folder", "broken", f"{home} cannot be written.", get, needed=True)


def _room(home: Path) -> Finding:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = f"{free // _MB:,} MB free"
    if free >= _LEAST_FREE:
        return Finding("Disk space", "ok", said, needed=True)
    get = "Free some space, or set AGENTRY_HOME to another disk."
    return Finding("Disk space", "broken", said, get, needed=True)


def _database(settings: Settings) -> Finding:
    try:
        return Finding("Database", "ok", doctor_database.state(settings), needed=True)
    except AgentryError as problem:
        return Finding("Database", "broken", problem.detail, problem.hint, needed=True)


def _sandboxes() -> Iterator[Finding]:
    found = asyncio.run(probe_sandboxes())
    for name, healthy, isolation, detail in found:
        state: State = "ok" if healthy else "missing"
        said = f"works, isolation {isolation}" if healthy else detail
        get = "" if healthy else _HOW_TO_GET.get(name, "")
        yield Finding(f"Sandbox {name}", state, said, get)
    if not any(healthy for _, healthy, _, _ in found):
        yield Finding(
            "Tools in a sandbox",
            "missing",
            "shell and python are refused; everything else works.",
            "Install bubblewrap (apt install bubblewrap; dnf, pacman, apk: bubblewrap) or Docker.",
        )


async def probe_sandboxes() -> list[tuple[str, bool, str, str]]:
    """Return (name, healthy, isolation, detail) of every backend, by really running something."""
    from agentry.sandbox.performer import default_sandboxes

    results: list[tuple[str, bool, str, str]] = []
    for sandbox in default_sandboxes():
        try:
            health = await sandbox.probe()
        except (AgentryError, OSError) as problem:
            results.append((sandbox.name, False, "none", str(problem)))
            continue
        name = health.isolation.name.lower()
        results.append((sandbox.name, health.healthy, name, health.detail))
    return results


def _models() -> Iterator[Finding]:
    from agentry.agents.router import PROVIDERS
    from agentry.models.providers import ready, wants

    for provider in PROVIDERS:
        if ready(provider, os.environ):
            note = "needs no key; no language model" if provider == "scripted" else "ready"
            yield Finding(f"Model {provider}", "ok", note)
        else:
            yield Finding(f"Model {provider}", "missing", "not set up", wants(provider))


def _ui() -> Finding:
    page = files("agentry") / "_ui" / "index.html"
    if page.is_file():
        return Finding("Studio pages", "ok", "built")
    return Finding("Studio pages", "missing", "not built", "Run `make setup` in the checkout.")
