"""Typed answers: a model's words read as the value that a task's `output:` asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry
from referencing.exceptions import Unresolvable

from agentry.base.json import Json, JsonObject, decode, encode

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
        if misfit(text, schema) is None:
            return text
        raise NotTyped(f"The answer is no JSON value: {error}.") from None
    found = misfit(value, schema)
    if found is None:
        return value
    if misfit(text, schema) is None:
        return text
    raise NotTyped(found)


def misfit(value: Json, schema: JsonObject) -> str | None:
    """Return a sentence on why `value` does not fit `schema`, or None where it does."""
    try:
        # The stubs of jsonschema leave the types of errors open.
        found = best_match(_validator(encode(schema)).iter_errors(value))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except (SchemaError, Unresolvable) as broken:
        return f"The schema cannot be read: {broken}."
    if found is None:
        return None
    path = cast("Iterable[str | int]", found.absolute_path)  # pyright: ignore[reportUnknownMemberType]
    place = ".".join(str(part) for part in path)
    message = str(found.message)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return f"The answer{place and f' at {place}'} does not fit: {message}."


def demand(schema: JsonObject) -> str:
    """Return what a model is told about the answer it owes."""
    return (
        "Give your final answer as one JSON value that fits this JSON Schema, with nothing before "
        f"or after it:\n{encode(schema)}"
    )


@lru_cache(maxsize=256)
def _validator(schema: str) -> Draft202012Validator:
    value = decode(schema)
    Draft202012Validator.check_schema(value if isinstance(value, dict) else {})
    # An empty registry: a `$ref` to an address must not make us fetch it.
    return Draft202012Validator(value if isinstance(value, dict) else {}, registry=Registry())
