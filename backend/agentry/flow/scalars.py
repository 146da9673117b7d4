"""The YAML 1.2 core schema: what a scalar's letters mean."""

from __future__ import annotations

import math
import re

from agentry.flow.codes import Code
from agentry.flow.yamltree import Plain

_MAYBE_TYPED = frozenset("-+.0123456789~nNtTfF")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_CORE_TAG = "tag:yaml.org,2002:"
# Beyond this a browser cannot tell two neighbours apart.
_MAX_WHOLE = 2**53 - 1


class BadScalar(Exception):
    """A scalar that has no JSON value; `sentence` says what to write."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(sentence)
        self.code: Code = code
        self.sentence = sentence


def core_value(letters: str, *, plain: bool, tag: str | None) -> Plain:
    """Return the value of a scalar; raise `BadScalar` where JSON has none."""
    if tag is None:
        if not plain or (letters and letters[0] not in _MAYBE_TYPED):
            return letters
        return _typed(letters)
    if tag in ("!", _CORE_TAG + "str"):
        return letters
    value = _typed(letters) if tag.startswith(_CORE_TAG) else letters
    wanted = {"int": int, "float": float, "bool": bool, "null": type(None)}.get(
        tag.removeprefix(_CORE_TAG)
    )
    if wanted is None:
        raise BadScalar("unknown_tag", f"The tag {tag!r} is not allowed here; take it out.")
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        raise BadScalar("bad_value", f"{letters!r} does not fit its tag.")
    return value


def _typed(letters: str) -> Plain:
    if letters in _NULL:
        return None
    if letters in _TRUE:
        return True
    if letters in _FALSE:
        return False
    if _INT.match(letters):
        return _whole(letters)
    if _FLOAT.match(letters):
        return _finite(float(letters), letters)
    if _NOT_FINITE.match(letters):
        raise BadScalar("bad_number", f"{letters} is no JSON number; put it in quotes.")
    return letters


def _whole(letters: str) -> int:
    too_large = BadScalar(
        "bad_number", "This whole number is too large to be kept exactly; put it in quotes."
    )
    if len(letters) > 64:
        raise too_large
    base = {"0o": 8, "0x": 16}.get(letters[:2], 10)
    value = int(letters, base)
    if abs(value) > _MAX_WHOLE:
        raise too_large
    return value


def _finite(value: float, letters: str) -> float:
    if math.isfinite(value):
        return value
    raise BadScalar("bad_number", f"{letters[:40]} is too large for a number; put it in quotes.")
