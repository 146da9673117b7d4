"""The JSON value type, and the one canonical way to write it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
    JsonObject: TypeAlias = "dict[str, Json]"
else:
    # Decoders resolve annotations at run time and cannot follow a recursive alias.
    Json = Any
    JsonObject = dict[str, Any]

_canonical = msgspec.json.Encoder(order="sorted")
_compact = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


def encode(value: object) -> str:
    """Return compact JSON text, keys in their own order."""
    return _compact.encode(value).decode()


def decode(text: str | bytes) -> Json:
    """Read JSON text; raise `ValueError` where it is not JSON."""
    return _decoder.decode(text)


def sha256_of(value: object) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of `value`."""
    return hashlib.sha256(_canonical.encode(value)).hexdigest()
