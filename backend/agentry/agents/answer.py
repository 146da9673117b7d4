"""Typed answers: a model's words read as the value that a task's `output:` asks for."""

from __future__ import annotations

import re

from agentry.base.json import Json, JsonObject, decode, encode
from agentry.base.schema import misfit

_FENCED = re.compile(r"\A\s*```[\w-]*\n(.*?)\n?```\s*\Z", re.DOTALL)


class NotTyped(Exception):
    """The words do not fit; `reason` is a sentence that a model or a person can act on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def typed(text: str, schema: JsonObject) -> Json:
    """Return the value in `text` that fits `schema`; raise `NotTyped`.

    The words may stand in a code fence. Where text itself fits the schema, plain words will do.
    """
    fenced = _FENCED.match(text)
    try:
        value = decode((fenced[1] if fenced else text).strip())
    except ValueError as error:
        if misfit(schema, text) is None:
            return text
        raise NotTyped(f"The answer is no JSON value: {error}.") from None
    found = misfit(schema, value)
    if found is None:
        return value
    if misfit(schema, text) is None:
        return text
    raise NotTyped(f"The answer does not fit: {found}")


def demand(schema: JsonObject) -> str:
    """Return what a model is told about the answer it owes."""
    return (
        "Give your final answer as one JSON value that fits this JSON Schema, with nothing before "
        f"or after it:\n{encode(schema)}"
    )
