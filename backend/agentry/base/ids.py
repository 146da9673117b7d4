"""Sortable, prefixed ids: `run_01J…`; 48 bits of milliseconds, 80 bits of chance."""

from __future__ import annotations

import hashlib
import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str, now_ms: int | None = None) -> str:
    """Return `<prefix>_<26 letters>`; ids made later sort later (to the millisecond)."""
    stamp = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    return f"{prefix}_{_letters(stamp, os.urandom(10))}"


def id_of(prefix: str, now_ms: int, *named: str) -> str:
    """Return an id that sorts like any other and is the same for the same time and names."""
    return (
        f"{prefix}_{_letters(now_ms, hashlib.sha256(chr(10).join(named).encode()).digest()[:10])}"
    )


def _letters(stamp: int, chance: bytes) -> str:
    number = (stamp << 80) | int.from_bytes(chance, "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
