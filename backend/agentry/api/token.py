"""The studio's token: compared in constant time, and never itself put into a cookie."""

from __future__ import annotations

import hashlib
import hmac

COOKIE = "agentry_studio"
SHORTEST = 16


def same(given: str, token: str) -> bool:
    """Return whether two secrets are equal, in a time that says nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode("utf-8", "replace"))


def cookie_value(token: str) -> str:
    """Return what the cookie holds: proof that its bearer once had the token."""
    return hmac.new(token.encode(), b"agentry studio cookie v1", hashlib.sha256).hexdigest()


def admits(token: str, authorization: str | None, cookie: str | None) -> bool:
    """Return whether a request with this header or this cookie may come in."""
    if authorization is not None:
        kind, _, given = authorization.partition(" ")
        return kind.lower() == "bearer" and same(given.strip(), token)
    return cookie is not None and same(cookie, cookie_value(token))
