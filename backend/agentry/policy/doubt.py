"""What becomes of a call that was begun, whose end a crash has swallowed."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.tools.manifest import Manifest, OnInDoubt

WHY = "The worker was lost while this call ran, so it may have had its effect already."


def settle(manifest: Manifest, *, attended: bool) -> OnInDoubt:
    """Return what to do: as the manifest says, else as the tool's `repeat` class allows.

    An opaque call is asked about where somebody may be asked (`attended`), else it fails.
    """
    if manifest.on_in_doubt is not None:
        return manifest.on_in_doubt
    if manifest.repeat == "opaque":
        return "ask" if attended else "fail"
    return "retry"


def doubt_data(manifest: Manifest, then: str) -> JsonObject:
    """Return the data of `call.in_doubt`. `then`: reconciled, retry, ask or fail."""
    return {"tool": manifest.name, "repeat": manifest.repeat, "why": WHY, "then": then}


def starts_at_once(manifest: Manifest) -> bool:
    """Say whether the call may begin before its start is durable.

    Only where it does no harm that nobody knows it had begun.
    """
    return manifest.repeat in ("pure", "read", "idempotent") and manifest.on_in_doubt in (
        None,
        "retry",
    )
