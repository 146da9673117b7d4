"""Sortable, prefixed ids: `run_01J…`; 48 bits of milliseconds, 80 bits of chance."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str, now_ms: int | None = None) -> str:
    """Return `<prefix>_<26 letters>`; ids made later sort later (to the millisecond)."""
    stamp = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    number = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    letters = [_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(letters)}"
