"""What only one process does at a time: a lease with a fence, by name."""

from __future__ import annotations

from sqlalchemy import Connection, text

_TAKE = text(
    "INSERT INTO singleton (name, owner, fence, lease_until)"
    " VALUES (:name, :owner, 1, :lease_until) ON CONFLICT (name) DO UPDATE"
    " SET owner = excluded.owner, fence = singleton.fence + 1, lease_until = excluded.lease_until"
    " WHERE singleton.lease_until <= :now RETURNING fence"
)
_KEEP = text(
    "UPDATE singleton SET lease_until = :lease_until"
    " WHERE name = :name AND owner = :owner AND fence = :fence"
)


def take(connection: Connection, name: str, owner: str, now: int, lease_until: int) -> int | None:
    """Return the fence of a lease that is now held; None where somebody else holds it."""
    values = {"name": name, "owner": owner, "now": now, "lease_until": lease_until}
    return connection.execute(_TAKE, values).scalar()


def keep(connection: Connection, name: str, owner: str, fence: int, lease_until: int) -> bool:
    """Make a lease last until `lease_until`, or end it there; False where it is lost."""
    values = {"name": name, "owner": owner, "fence": fence, "lease_until": lease_until}
    return connection.execute(_KEEP, values).rowcount == 1
