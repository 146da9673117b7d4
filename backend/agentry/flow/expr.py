"""`${{ }}` and conditions: CEL over JSON data, small, total, capped. Runs nothing of the host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentry.base.json import Json, JsonObject, encode
from agentry.flow.compute import (
    ExpressionError,
    ExpressionSyntaxError,
    compiled,
    complaint,
    compute,
    short,
)
from agentry.flow.findings import nearest
from agentry.flow.letters import FUNCTIONS, MACROS, Letters, Reference, ShapeError, read_letters
from agentry.flow.template import OPEN, Template, take_apart

__all__ = [
    "ExpressionError",
    "ExpressionSyntaxError",
    "as_text",
    "check",
    "evaluate",
    "holds",
    "references",
    "resolve",
]

MAX_WEIGHT = 4 * 1024 * 1024
"""Letters and values that one computed expression may read in all."""
MAX_ITEMS = 1000
"""Values that a macro may walk over (the library's `map` takes quadratic time)."""
MAX_NESTED_ITEMS = 200
"""The same where one macro stands in another, or reads whole lists inside."""


def check(source: str) -> Letters:
    """Return what an expression reads and calls; raise `ExpressionSyntaxError` if it is broken."""
    try:
        letters = read_letters(source)
    except ShapeError as error:
        raise ExpressionSyntaxError(error.sentence, error.at) from None
    for call in letters.calls:
        if call.name not in FUNCTIONS and call.name not in MACROS:
            near = nearest(call.name, FUNCTIONS | MACROS)
            tail = f"; did you mean {near}()?" if near else "."
            raise ExpressionSyntaxError(f"There is no function {call.name}(){tail}", call.start)
    if not letters.is_path:
        compiled(source)
    return letters


def evaluate(source: str, scope: JsonObject) -> Json:
    """Return the value of one expression over `scope`; raise `ExpressionError` with a sentence."""
    letters = check(source)
    if letters.is_path:
        return _look_up(letters.references[0], scope)
    _weigh(letters, scope)
    names = {reference.path[0] for reference in letters.references}
    try:
        return compute(source, {name: scope[name] for name in names if name in scope})
    except ExpressionError:
        raise
    except Exception as error:
        sentence = (
            _missing_in(letters, scope)
            if isinstance(error, LookupError | RuntimeError | TypeError)
            else None
        )
        raise ExpressionError(f"{sentence or complaint(error)} ({short(source)})") from None


def holds(source: str, scope: JsonObject) -> bool:
    """Return whether a condition holds; raise where its value is neither true nor false."""
    value = evaluate(source, scope)
    if isinstance(value, bool):
        return value
    raise ExpressionError(
        f"A condition must give true or false; this gives {short(encode(value))}. ({short(source)})"
    )


def resolve(value: Json, scope: JsonObject) -> Json:
    """Return `value` with every `${{ }}` in it replaced; a lone expression keeps its type."""
    if isinstance(value, str):
        return _resolve_text(value, scope) if OPEN in value else value
    if isinstance(value, list):
        return [resolve(item, scope) for item in value]
    if isinstance(value, dict):
        return {key: resolve(item, scope) for key, item in value.items()}
    return value


def references(value: Json) -> set[tuple[str, ...]]:
    """Return what the expressions in `value` read, such as `("tasks", "plan", "output")`.

    A text without `${{` is taken as one bare expression. Broken expressions read nothing.
    """
    if isinstance(value, str):
        sources = [hole.source for hole in take_apart(value).holes] if OPEN in value else [value]
        return {path for source in sources for path in _paths(source)}
    parts: Iterable[Json] = ()
    if isinstance(value, list):
        parts = value
    elif isinstance(value, dict):
        parts = value.values()
    found: set[tuple[str, ...]] = set()
    for part in parts:
        if not isinstance(part, str) or OPEN in part:
            found |= references(part)
    return found


def as_text(value: Json) -> str:
    """Return how a value reads inside a text: text as it is, everything else as compact JSON."""
    return value if isinstance(value, str) else encode(_plain_numbers(value))


def _resolve_text(text: str, scope: JsonObject) -> Json:
    template = take_apart(text)
    if template.unclosed is not None:
        raise ExpressionSyntaxError("'${{' is never closed with '}}'.", template.unclosed)
    lone = template.lone
    if lone is not None:
        return evaluate(lone.source.strip(), scope)
    return "".join(_filled(template, scope))


def _filled(template: Template, scope: JsonObject) -> Iterator[str]:
    for words, hole in zip(template.words, template.holes, strict=False):
        yield words
        yield as_text(evaluate(hole.source.strip(), scope))
    yield template.words[-1]


def _paths(source: str) -> set[tuple[str, ...]]:
    try:
        return {reference.path for reference in read_letters(source).references}
    except ShapeError:
        return set()


def _look_up(reference: Reference, scope: JsonObject) -> Json:
    value: Json = scope
    for place, member in enumerate(reference.path):
        if isinstance(value, dict) and member in value:
            value = value[member]
        elif isinstance(value, list) and member.isdecimal() and int(member) < len(value):
            value = value[int(member)]
        else:
            raise ExpressionError(_missing(reference.path, place, value))
    return value


def _missing(path: tuple[str, ...], place: int, owner: Json) -> str:
    member = path[place]
    if place == 0:
        known = ", ".join(sorted(owner)) if isinstance(owner, dict) else ""
        return f"There is nothing named {member!r} here; there is {known or 'nothing'}."
    name = ".".join(path[:place])
    if isinstance(owner, dict):
        near = nearest(member, owner)
        known = ", ".join(list(owner)[:12]) or "no member at all"
        tail = f"did you mean {near!r}?" if near else f"it has {known}."
        return f"{name} has no member {member!r}; {tail}"
    if isinstance(owner, list) and member.isdecimal():
        return f"{name} has {len(owner)} items, so [{member}] is not there."
    return f"{name} is {_kind(owner)} and has no member {member!r}."


def _missing_in(letters: Letters, scope: JsonObject) -> str | None:
    """Say what the expression reads that is not there."""
    for reference in letters.references:
        try:
            _look_up(reference, scope)
        except ExpressionError as missing:
            return missing.detail
    return None


def _kind(value: Json) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return encode(value)


def _weigh(letters: Letters, scope: JsonObject) -> None:
    """Refuse what would take long or much memory: the library itself has no budget."""
    weight = items = inside = 0
    for reference in letters.references:
        try:
            value = _look_up(reference, scope)
        except ExpressionError:
            continue
        count, parts = _size_of(value)
        weight += count + parts
        items = max(items, parts)
        inside += parts if reference.macro_depth else 0
    weight *= 1 + letters.variable_uses
    limit = MAX_NESTED_ITEMS if letters.macro_depth > 1 or inside > 64 else MAX_ITEMS
    if weight > MAX_WEIGHT:
        raise ExpressionError(f"An expression may read {MAX_WEIGHT} letters; this reads {weight}.")
    if letters.macros and items > limit:
        raise ExpressionError(
            f"map, filter, all and exists may walk over {limit} values here; this has {items}."
        )


def _size_of(value: Json) -> tuple[int, int]:
    """Return the letters and the values in `value`; stop counting above every cap."""
    letters = parts = 0
    waiting: list[Json] = [value]
    while waiting and parts + letters <= MAX_WEIGHT:
        part = waiting.pop()
        if isinstance(part, str):
            letters += len(part)
        elif isinstance(part, list):
            parts += len(part)
            waiting.extend(part)
        elif isinstance(part, dict):
            parts += len(part)
            waiting.extend(part.values())
    return letters, parts


def _plain_numbers(value: Json) -> Json:
    """Write 2.0 as 2, as a browser does, so that both sides give one text."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, list):
        return [_plain_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_numbers(item) for key, item in value.items()}
    return value
