"""The tools with which an agent saves what it knows and reads what was known before."""

from __future__ import annotations

import base64
import binascii
import hashlib

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.tools.port import CallContext, Memory

MOST_KEPT = 32
MOST_BYTES = 256 * 1024


class BadState(AgentryError):
    """What is to be kept, or looked for, is not as it must be."""

    code, status = "bad_state", 422


async def save_state(args: JsonObject, context: CallContext) -> Json:
    """Save; return the snapshot's name."""
    label, given = args.get("label"), args.get("data")
    data = {name: _kept(name, value) for name, value in _items(given)}
    name = await _memory(context).save(context.call_id, str(label or ""), data)
    return {"snapshot": name}


async def load_state(args: JsonObject, context: CallContext) -> Json:
    """Return what was known at a snapshot."""
    task = args.get("task")
    path = task if isinstance(task, str) else None
    return await _memory(context).load(str(args["snapshot"]), path)


def _memory(context: CallContext) -> Memory:
    if context.memory is None:
        raise BadState("Nothing is remembered here.")
    return context.memory


def _items(given: Json) -> list[tuple[str, JsonObject]]:
    found = given.items() if isinstance(given, dict) else ()
    return [(name, value) for name, value in found if isinstance(value, dict)]


def _kept(name: str, value: JsonObject) -> Json:
    content, encoding = str(value.get("content") or ""), str(value.get("encoding") or "text")
    try:
        raw = base64.b64decode(content, validate=True) if encoding == "base64" else content.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise BadState(f"The value {name!r} is no {encoding}.") from None
    if len(raw) > MOST_BYTES:
        raise BadState(
            f"The value {name!r} has {len(raw)} bytes; at most {MOST_BYTES} are kept.",
            hint="Write it to a file with write_file, and keep the file's name.",
        )
    return {
        "type": str(value.get("type") or "text/plain"),
        "encoding": encoding,
        "content": content,
        "bytes": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
