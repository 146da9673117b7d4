"""What can be wrong with a database, as sentences."""

from __future__ import annotations

from agentry.base.errors import AgentryError


class DatabaseTooNew(AgentryError):
    """The data was written by a newer release."""

    code, status = "database_too_new", 500

    def __init__(self, where: str, found: str, known: str) -> None:
        super().__init__(
            f"The database {where} has schema {found}, and this release knows schemas up to"
            f" {known}.",
            hint="Use the newer release, or another data folder with AGENTRY_HOME.",
        )


class DatabaseUnusable(AgentryError):
    """The database cannot be opened, read or written at the moment."""

    code, status = "database_unusable", 503


class DiskFull(AgentryError):
    """There is no room to write; nothing was accepted."""

    code, status = "disk_full", 507

    def __init__(self, where: str) -> None:
        super().__init__(
            f"There is no room left to write {where}; nothing was changed.",
            hint="Free some disk space, or move the data folder with AGENTRY_HOME.",
        )


def said_by(problem: Exception) -> str:
    """Return the first line of what the driver said, without a full stop."""
    said = str(getattr(problem, "orig", None) or problem).strip()
    return said.splitlines()[0].rstrip(".") if said else type(problem).__name__
