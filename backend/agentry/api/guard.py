"""Who may talk to the studio: checked before any route, on every request, whatever it asks for.

Without a token only this machine's own names may be asked for (a page elsewhere that rebinds its
name to 127.0.0.1 is refused), and only pages that the studio itself served may ask. With a token
everything but the health check needs it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import urlsplit

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from agentry.api.headers import hardened
from agentry.api.refusal import Refusal, refuse
from agentry.api.token import COOKIE, SHORTEST, admits
from agentry.base.errors import AgentryError

API = "/api/"
OPEN_TO_ALL = frozenset({"/api/v1/health", "/api/v1/login"})
HOOKS = "/api/v1/hooks/"
"""Calls from outside: their own signature stands for the token; `routes.hooks` checks it."""
SAFE = frozenset({"GET", "HEAD"})
STALLED_S = 30.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class TokenNeeded(AgentryError):
    """The studio would listen beyond this machine without a good token."""

    code, status = "token_needed", 400

    def __init__(self, host: str) -> None:
        super().__init__(
            f"The studio will not listen on {host} without a token of {SHORTEST} letters or more.",
            hint="Set AGENTRY_TOKEN to a long random text, or leave the host at 127.0.0.1.",
        )


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(host: str, token: str | None) -> None:
    """Raise `TokenNeeded` where others could reach the studio and no good token guards it."""
    if not is_loopback(host) and len(token or "") < SHORTEST:
        raise TokenNeeded(host)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the guard looks at; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def cookie(self) -> str | None:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return None
        return None if found is None else found.value


def judge(seen: Seen, token: str | None) -> Refusal | None:
    """Return why a request is refused, or None to let it in."""
    return (
        _host(seen, exposed=token is not None)
        or _origin(seen)
        or _fetch_site(seen)
        or (None if token is None else _token(seen, token))
        or _body_type(seen)
    )


def _host(seen: Seen, *, exposed: bool) -> Refusal | None:
    host = name_of(seen.headers.get("host", ""))
    if host is None:
        return Refusal(400, "bad_host", "The Host header cannot be read.")
    # With a token a foreign name gains nothing: it has neither the cookie nor the header.
    if exposed or host in _LOCAL:
        return None
    return Refusal(
        403,
        "foreign_host",
        f"This studio does not answer to the name {host!r}.",
        "Open it as http://127.0.0.1 or http://localhost, or set AGENTRY_TOKEN.",
    )


def _origin(seen: Seen) -> Refusal | None:
    origin = seen.headers.get("origin")
    if origin is None:
        return None
    try:
        parts = urlsplit(origin)
    except ValueError:
        parts = urlsplit("")
    host = seen.headers.get("host", "").lower()
    if parts.scheme in ("http", "https") and parts.netloc.lower() == host:
        return None
    return Refusal(
        403, "foreign_origin", "A page of another origin cannot use this studio.",
        "Open the studio itself and do it there.",
    )  # fmt: skip


def _fetch_site(seen: Seen) -> Refusal | None:
    """Refuse what a browser says another site asked for; following a link to the studio is fine."""
    if seen.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return None
    follows = seen.headers.get("sec-fetch-mode") == "navigate"
    whole = seen.headers.get("sec-fetch-dest") == "document"
    if seen.method in SAFE and follows and whole and not seen.path.startswith(API):
        return None
    return Refusal(
        403, "foreign_site", "A page of another site cannot use this studio.",
        "Open the studio itself and do it there.",
    )  # fmt: skip


def _token(seen: Seen, token: str) -> Refusal | None:
    open_to_all = seen.path in OPEN_TO_ALL or seen.path.startswith(HOOKS)
    if open_to_all or admits(token, seen.headers.get("authorization"), seen.cookie):
        return None
    return Refusal(
        401, "token_needed", "This studio asks for its token.",
        "Send Authorization: Bearer <token>, or log in at the studio's page.",
    )  # fmt: skip


def _body_type(seen: Seen) -> Refusal | None:
    """Take JSON and nothing else: a form needs no preflight, so it is the way in for forgeries."""
    # A page elsewhere can make a browser send POST unasked; for other methods it must ask first.
    unsaid = "" if seen.method == "POST" or "transfer-encoding" in seen.headers else "0"
    if seen.method in SAFE or seen.headers.get("content-length", unsaid) == "0":
        return None
    kind = seen.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return None
    return Refusal(
        415, "not_json", "The body must be JSON.", "Send Content-Type: application/json."
    )


@lru_cache(maxsize=64)
def name_of(host: str) -> str | None:
    """Return the name in a Host header, without port and brackets, or None where it is none."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    plain = parts.netloc == host and "@" not in host
    return parts.hostname if plain and host else None


class Guard:
    """Wraps the whole application, so that no route, not even a missing one, is outside of it."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # There are no websockets here; a handshake gets no answer but the end.
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        send = _hardened(send)
        refusal = judge(seen_in(scope), self._token)
        if refusal is not None:
            await refuse(refusal, scope, send)
            return
        try:
            await self._app(scope, receive, send)
        except ClientStalled:
            return


class ClientStalled(Exception):
    """A client took nothing for `STALLED_S` seconds."""


def seen_in(scope: HTTPScope) -> Seen:
    """Return what the guard looks at; a header sent twice is joined, so that it fits nothing."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ", "
        headers[name] = f"{headers[name]}{joint}{value}" if name in headers else value
    return Seen(scope["method"].upper(), scope["path"], headers)


def _hardened(send: Send) -> Send:
    """Add the security headers to every answer, and give up on a client that takes nothing."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = hardened(message["headers"])
        try:
            async with asyncio.timeout(STALLED_S):
                await send(message)
        except TimeoutError as stalled:
            raise ClientStalled from stalled

    return guarded
