"""Sortable, prefixed ids: `run_01J…`; 48 bits of milliseconds, 80 bits of chance."""

from __future__ import annotations

import hashlib
import os
import time
from threading import Lock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_CHANCE_BYTES = 10


def new_id(prefix: str, now_ms: int | None = None) -> str:
    """Return `<prefix>_<26 letters>`; ids made later sort later (to the millisecond)."""
    stamp = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    return f"{prefix}_{_letters(stamp, _chance.take())}"


def id_of(prefix: str, now_ms: int, *named: str) -> str:
    """Return an id that sorts like any other and is the same for the same time and names."""
    digest = hashlib.sha256("\n".join(named).encode()).digest()
    return f"{prefix}_{_letters(now_ms, digest[:_CHANCE_BYTES])}"


def _letters(stamp: int, chance: bytes) -> str:
    number = (stamp << 80) | int.from_bytes(chance, "big")
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])


class _Chance:
    """The system's random bytes, fetched for many ids at once: each fetch lets go of the GIL."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = b""

    def take(self) -> bytes:
        with self._lock:
            if not self._left:
                self._left = os.urandom(_CHANCE_BYTES * 100)
            chance, self._left = self._left[:_CHANCE_BYTES], self._left[_CHANCE_BYTES:]
            return chance

    def forget(self) -> None:
        """Start anew in a forked process: its parent uses the bytes that are left."""
        self._lock = Lock()
        self._left = b""


_chance = _Chance()
os.register_at_fork(after_in_child=_chance.forget)
