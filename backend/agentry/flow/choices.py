"""Which models an agent may get: a name leads to one model, or to the first ready of several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from agentry.base.json import Json
from agentry.flow.document import Document


@dataclass(frozen=True, slots=True)
class Choice:
    """One model that an agent may get; `script` holds the turns of a scripted one."""

    provider: str
    model: str
    script: tuple[Json, ...] | None = None
    max_tokens: int | None = None

    @property
    def name(self) -> str:
        return f"{self.provider}:{self.model}" if self.model else self.provider


def choices(named: str, document: Document, seen: frozenset[str] = frozenset()) -> Iterator[Choice]:
    """Yield every model that a name can come to."""
    spec = document.models.get(named)
    if spec is None:
        provider, _, model = named.partition(":")
        yield Choice(provider, model)
    elif spec.first_of:
        for other in spec.first_of:
            if other not in seen:
                yield from choices(other, document, seen | {named})
    elif spec.provider == "scripted":
        yield Choice("scripted", "", tuple(spec.turns))
    else:
        limit = spec.options.get("max_tokens")
        whole = limit if whole_number(limit) else None
        yield Choice(spec.provider or "", spec.model or "", max_tokens=whole)


def whole_number(value: Json) -> TypeGuard[int]:
    """Tell a whole number from a truth value and all else."""
    return isinstance(value, int) and not isinstance(value, bool)
