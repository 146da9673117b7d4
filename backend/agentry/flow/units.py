"""Durations and sizes as people write them: `90s`, `15m`, `PT1H30M`, `256Mi`."""

from __future__ import annotations

import re

_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_SHORT = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhdw]))+")
_SHORT_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])")
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_ISO = re.compile(
    rf"P(?=[0-9T])(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_BYTES = {
    "": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40,
}  # fmt: skip
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([KMGT]i|[kMGT]|)B?")
_MAX_LETTERS = 40
MAX_MS = 3650 * 86_400_000
"""Ten years: nothing waits longer."""

DURATION_PATTERN = r"^(?:(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhdw]))+|P[0-9TWDHMS.]+)$"
SIZE_PATTERN = r"^[0-9]+(?:\.[0-9]+)?(?:[KMGT]i|[kMGT])?B?$"


def parse_duration(text: str) -> int | None:
    """Return milliseconds, or None where `text` is no duration of at most ten years."""
    text = text.strip()
    if len(text) > _MAX_LETTERS:
        return None
    if _SHORT.fullmatch(text):
        total = sum(float(number) * _MS[unit] for number, unit in _SHORT_PART.findall(text))
    else:
        found = _ISO.fullmatch(text)
        if found is None:
            return None
        units = (_MS["w"], _MS["d"], _MS["h"], _MS["m"], _MS["s"])
        total = sum(
            float(part or 0) * unit for part, unit in zip(found.groups(), units, strict=True)
        )
    return round(total) if total <= MAX_MS else None


def duration_text(ms: int) -> str:
    """Return milliseconds as people write them: `1h30m`; days are the largest unit."""
    parts: list[str] = []
    for unit in ("d", "h", "m", "s", "ms"):
        count, ms = divmod(ms, _MS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_size(text: str) -> int | None:
    """Return bytes, or None where `text` is no size."""
    found = _SIZE.fullmatch(text.strip()) if len(text) <= _MAX_LETTERS else None
    if found is None:
        return None
    return round(float(found[1]) * _BYTES[found[2]])
