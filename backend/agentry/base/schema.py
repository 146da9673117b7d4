"""Check values against JSON Schema (2020-12); validators are compiled once per schema."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, relevance
from referencing import Registry
from referencing.exceptions import Unresolvable

from agentry.base.json import Json, JsonObject, decode, encode

_PLAIN = {"type", "title", "description", "default", "examples"}
"""Keywords that ask for nothing but the type."""
_WHOLE: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


class _Validator(Protocol):
    """What we use of a compiled validator; the stubs leave its element type open."""

    def iter_errors(self, instance: Json) -> Iterable[ValidationError]: ...


def misfit(schema: JsonObject, value: Json) -> str | None:
    """Return one sentence about what does not fit, or None.

    A schema that cannot be read, or that refers to another document, is such a sentence: nothing is
    ever fetched.
    """
    try:
        fits, validator = _validator(encode(schema))
        if type(value) in fits:
            return None
        found = max(validator.iter_errors(value), key=relevance, default=None)
    except SchemaError as broken:
        return f"The schema itself cannot be read: {broken.message}."
    except Unresolvable as broken:
        return f"The schema itself cannot be read: it refers to {broken.ref!r}."
    if found is None:
        return None
    where = "/".join(str(part) for part in found.absolute_path)
    return f"{where}: {found.message}." if where else f"{found.message}."


@lru_cache(maxsize=1024)
def _validator(schema: str) -> tuple[tuple[type, ...], _Validator]:
    """Return a validator, and the types whose every value fits, so that it need not be asked."""
    value = cast(JsonObject, decode(schema))
    Draft202012Validator.check_schema(value)
    kind = value.get("type")
    fits = _WHOLE.get(kind, ()) if isinstance(kind, str) and value.keys() <= _PLAIN else ()
    return fits, cast(_Validator, Draft202012Validator(value, registry=Registry()))
