"""Where the settings say that the runs are kept."""

from __future__ import annotations

from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.settings import Settings
from agentry.store.database import SCHEMES


def database_place(settings: Settings) -> Path | str:
    """Return the file of the database, or the address of the Postgres that AGENTRY_DB names."""
    given = settings.db
    if not given:
        return settings.home / "agentry.db"
    if given.startswith("sqlite:///"):
        return Path(given.removeprefix("sqlite:///"))
    if given.startswith(SCHEMES):
        return given
    if "://" in given:
        raise AgentryError(
            "AGENTRY_DB names a database that this release cannot use.",
            hint="Give a SQLite file, AGENTRY_DB=sqlite:////data/agentry.db, or a Postgres,"
            " AGENTRY_DB=postgresql://user@host/database.",
        )
    return Path(given)
