"""What a yes is bound to: this call, this tool as it was, these arguments, and nothing else."""

from __future__ import annotations

from typing import cast

from agentry.base.json import Json, JsonObject, encode, sha256_of
from agentry.policy.calls import GateRequest
from agentry.tools.manifest import Manifest


def binding_of(request: GateRequest, manifest: Manifest, start: int) -> JsonObject:
    """Return all that a yes is bound to, but for the arguments.

    `start` is how often the call had been begun when the question arose: a yes to begin again
    counts for one beginning.
    """
    context = request.context
    mounts: list[Json] = [[mount.name, str(mount.source)] for mount in context.mounts]
    return {
        "tool": request.tool,
        "version": manifest.version,
        "manifest": sha256_of(manifest.model_dump(mode="json")),
        "mounts": mounts,
        "env": list[Json](sorted(context.env)),
        "call_id": context.call_id,
        "start": start,
    }


def subject_of(binding: JsonObject, args: JsonObject) -> str:
    """Return the hash of a binding with its arguments: other arguments are another subject."""
    return sha256_of(["v2", binding, encode(args)])


def edited_subject(asked: JsonObject, args: JsonObject) -> str:
    """Return the subject of `asked` (the data of `approval.asked`) with a person's arguments."""
    return subject_of(cast(JsonObject, asked.get("binding") or {}), args)
