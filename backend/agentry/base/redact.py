"""Secrets never reach an event, a log or an export.

Exact values are replaced before anything is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from agentry.base.json import Json

HIDDEN = "[secret]"


def redact(value: Json, secrets: Sequence[str]) -> Json:
    """Return `value` with every occurrence of a secret, in any text or key, replaced."""
    if not secrets:
        return value
    if isinstance(value, str):
        for secret in secrets:
            if secret:
                value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, list):
        return [redact(item, secrets) for item in value]
    if isinstance(value, dict):
        return {str(redact(key, secrets)): redact(item, secrets) for key, item in value.items()}
    return value
