"""The database as `agentry doctor` sees it: there or not, of which schema, sound or not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.json import Json
from agentry.base.settings import Settings
from agentry.cli import console
from agentry.store.database import HEAD, Database
from agentry.store.invariants import broken
from agentry.store.place import database_place
from agentry.store.trouble import DatabaseTooNew

_MOST = 1000


@contextmanager
def opened(settings: Settings) -> Generator[Database | None]:
    """Open the database without making or changing anything; None where there is none yet."""
    place = database_place(settings)
    if isinstance(place, Path) and not place.is_file():
        yield None
        return
    database = Database(place)
    try:
        yield database
    finally:
        database.close()


def state(settings: Settings) -> str:
    """Return in words what there is; raise `AgentryError` where it cannot be used."""
    with opened(settings) as database:
        if database is None:
            return "made at the first start"
        found = database.version()
        if found is None:
            return f"{database.where}, empty; its tables are made at the first start"
        if found > HEAD:
            raise DatabaseTooNew(database.where, found, HEAD)
        if found < HEAD:
            return f"{database.where}, schema {found}; brought up to {HEAD} at the next start"
        return f"{database.where}, schema {found}"


def check(settings: Settings, *, as_json: bool) -> int:
    """Look for what must never be; return 0 where the database is sound, else 1."""
    words = state(settings)
    with opened(settings) as database:
        found: list[tuple[str, str]] = []
        if database is not None and database.version() == HEAD:
            found = list(islice(broken(database), _MOST))
        elif database is not None:
            raise NotUpToDate(words)
    if as_json:
        said: list[Json] = [{"invariant": name, "said": text} for name, text in found]
        console.out_json({"ok": not found, "database": words, "schema": HEAD, "broken": said})
        return console.FAILED if found else console.OK
    console.out(f"Database: {words}")
    for name, text in found:
        console.out(f"✗ {name}: {text}")
    if not found:
        console.out("✓ Everything that must be true of it is.")
        return console.OK
    most = f" (only the first {_MOST} are shown)" if len(found) == _MOST else ""
    console.out(
        f"{len(found)} things are wrong{most}. Please report this; restore a backup if you can."
    )
    return console.FAILED


class NotUpToDate(AgentryError):
    """A database of an older release cannot be judged by the rules of this one."""

    code, status = "database_not_up_to_date", 409

    def __init__(self, words: str) -> None:
        super().__init__(
            f"The database is not of this release yet: {words}.",
            hint="Start the studio once (agentry up), then check again.",
        )
