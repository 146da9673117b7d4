"""Whether a call from outside comes from who knows the secret, and is not an old one again.

Two forms are taken: Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`) and
that of GitHub (`x-github-delivery`, `x-hub-signature-256`).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from agentry.base.errors import AgentryError

TOLERANCE_S = 300
ID_LETTERS = 200


class BadSignature(AgentryError):
    """The call is not signed as its flow asks for."""

    code, status = "bad_signature", 401

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The call is refused: {why}.",
            hint="Sign it as Standard Webhooks says, with the secret that the flow names.",
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came: header names in lower case, the body's very bytes."""

    headers: Mapping[str, str]
    body: bytes


def call_id(call: Call) -> str | None:
    """Return the id that the sender gave the call, or None."""
    found = call.headers.get("webhook-id") or call.headers.get("x-github-delivery")
    return found[:ID_LETTERS] if found else None


def check(call: Call, secret: str, now_ms: int) -> str:
    """Return the id of a call that is signed with `secret`; raise `BadSignature`."""
    named = call_id(call)
    if named is None:
        raise BadSignature("it has no webhook-id")
    if "webhook-signature" in call.headers:
        _standard(call, named, secret, now_ms)
    elif "x-hub-signature-256" in call.headers:
        _github(call, secret)
    else:
        raise BadSignature("it has no webhook-signature")
    return named


def sign(secret: str, named: str, at_s: int, body: bytes) -> str:
    """Return the `webhook-signature` of a call."""
    signed = hmac.new(_key(secret), f"{named}.{at_s}.".encode() + body, sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _standard(call: Call, named: str, secret: str, now_ms: int) -> None:
    stamp = call.headers.get("webhook-timestamp", "")
    if not stamp.isdigit() or len(stamp) > 12:
        raise BadSignature("its webhook-timestamp is no time in seconds")
    if abs(now_ms // 1000 - int(stamp)) > TOLERANCE_S:
        raise BadSignature(f"it is more than {TOLERANCE_S // 60} minutes old, or from the future")
    wanted = sign(secret, named, int(stamp), call.body)
    given = call.headers["webhook-signature"].split()
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given):
        raise BadSignature("its signature does not fit")


def _github(call: Call, secret: str) -> None:
    wanted = "sha256=" + hmac.new(secret.encode(), call.body, sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), call.headers["x-hub-signature-256"].encode()):
        raise BadSignature("its signature does not fit")


def _key(secret: str) -> bytes:
    """Return the bytes of a secret: `whsec_` and base64, or its letters as they stand."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()
