"""Long values by the SHA-256 of their bytes: kept once each, packed where that saves room."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, bindparam, text

from agentry.base.errors import AgentryError

_TOUCH = text("UPDATE blob SET created_at = :now WHERE sha256 = :sha256")
_PUT = text(
    "INSERT INTO blob (sha256, codec, raw_len, bytes, created_at)"
    " VALUES (:sha256, :codec, :raw_len, :packed, :now)"
    " ON CONFLICT (sha256) DO UPDATE SET created_at = excluded.created_at"
)
_GET = text("SELECT sha256, codec, bytes FROM blob WHERE sha256 IN :names").bindparams(
    bindparam("names", expanding=True)
)
_AT_ONCE = 200


class BlobLost(AgentryError):
    """A long value that an event refers to is not there, or not what it was."""

    code, status = "blob_lost", 500

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A long value of a run is lost from the database (blob {name[:12]}…).",
            hint="See what else is wrong: agentry doctor --check-db. Restore a backup.",
        )


def name_of(content: bytes) -> str:
    """Return the name under which `content` is kept."""
    return hashlib.sha256(content).hexdigest()


def put(connection: Connection, contents: Mapping[str, bytes], now: int) -> None:
    """Keep contents by name; one that is kept already becomes young, so that no sweep takes it."""
    for name in sorted(contents):
        if connection.execute(_TOUCH, {"sha256": name, "now": now}).rowcount:
            continue
        content = contents[name]
        packed = zlib.compress(content, 1)
        codec = "zlib" if len(packed) < len(content) else "raw"
        connection.execute(
            _PUT,
            {
                "sha256": name,
                "codec": codec,
                "raw_len": len(content),
                "packed": packed if codec == "zlib" else content,
                "now": now,
            },
        )


def get(connection: Connection, names: Iterable[str]) -> dict[str, bytes]:
    """Return contents by name; raise `BlobLost` for one that is not there or is damaged."""
    wanted = sorted(set(names))
    found: dict[str, bytes] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        values = {"names": wanted[start : start + _AT_ONCE]}
        for name, codec, packed in connection.execute(_GET, values):
            found[name] = _unpacked(name, codec, bytes(packed))
    for name in wanted:
        if name not in found:
            raise BlobLost(name)
    return found


def _unpacked(name: str, codec: str, packed: bytes) -> bytes:
    try:
        content = zlib.decompress(packed) if codec == "zlib" else packed
    except zlib.error:
        raise BlobLost(name) from None
    if name_of(content) != name:
        raise BlobLost(name)
    return content
