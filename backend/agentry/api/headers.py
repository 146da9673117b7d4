"""Headers that keep an answer from being used for something else."""

from __future__ import annotations

from collections.abc import Iterable

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    # The UI kit writes its styles into the page.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def policy(**changed: str) -> str:
    """Return the content security policy; `script_src="…"` changes one line of it."""
    lines = POLICY | {name.replace("_", "-"): value for name, value in changed.items()}
    return "; ".join(f"{name} {value}" for name, value in lines.items())


_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
_OURS = frozenset(name for name, _ in _ALWAYS)
_UNLESS_SET: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", policy().encode()),
    (b"cache-control", b"no-store"),
)


def hardened(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return `headers` with ours; a route may set its own policy and caching, and nothing else."""
    kept = [(name, value) for name, value in headers if name.lower() not in _OURS]
    named = {name.lower() for name, _ in kept}
    return [*kept, *_ALWAYS, *(item for item in _UNLESS_SET if item[0] not in named)]
