"""`${{ }}` and conditions: CEL over JSON data, small, total and capped. Runs nothing of the host."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import cast

import cel

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject, encode
from agentry.flow.letters import FUNCTIONS, MACROS, Reading, Reference, ShapeError, read_letters
from agentry.flow.template import OPEN, Template, take_apart

MAX_WEIGHT = 4 * 1024 * 1024
"""Letters and values that one computed expression may read in all."""
MAX_ITEMS = 1000
"""Items that a macro may walk over; 200 where one macro stands in another."""
MAX_NESTED_ITEMS = 200

# The library's own size() counts UTF-8 bytes; CEL counts letters. Same width, so columns stay right.
_SIZE = re.compile(r"\bsize(?=\s*\()")
_OUR_SIZE = "siz_"
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


class ExpressionError(AgentryError):
    """An expression that cannot be read, or that gives nothing on this data."""

    code, status = "expression_failed", 422


class ExpressionSyntaxError(ExpressionError):
    """An expression that no data can make right; `at` is the letter it goes wrong at, from 0."""

    def __init__(self, detail: str, at: int) -> None:
        super().__init__(detail)
        self.at = at


def check(source: str) -> Reading:
    """Return what an expression reads and calls; raise `ExpressionSyntaxError` where it is broken."""
    try:
        reading = read_letters(source)
    except ShapeError as error:
        raise ExpressionSyntaxError(error.sentence, error.at) from None
    for call in reading.calls:
        if call.name not in FUNCTIONS and call.name not in MACROS:
            near = nearest(call.name, FUNCTIONS | MACROS)
            other = f"; did you mean {near}()?" if near else "."
            raise ExpressionSyntaxError(f"There is no function {call.name}(){other}", call.start)
    if not reading.is_path:
        _program(source)
    return reading


def evaluate(source: str, scope: JsonObject) -> Json:
    """Return the value of one expression over `scope`; raise `ExpressionError` with a sentence."""
    reading = check(source)
    if reading.is_path:
        return _look_up(reading.references[0], scope)
    _weigh(reading, scope)
    names = {reference.path[0] for reference in reading.references}
    program = _program(source)
    try:
        value = _execute(program, {name: scope[name] for name in names if name in scope})
    except Exception as error:
        raise ExpressionError(f"{_why(error, reading, scope)} ({_short(source)})") from None
    return _json(value, source)


def holds(source: str, scope: JsonObject) -> bool:
    """Return whether a condition holds; raise where its value is neither true nor false."""
    value = evaluate(source, scope)
    if isinstance(value, bool):
        return value
    raise ExpressionError(
        f"A condition must give true or false; this gives {_short(encode(value))}. ({_short(source)})"
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


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, or None."""
    found = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else None


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


@lru_cache(maxsize=2048)
def _program(source: str) -> cel.Program:
    try:
        return cel.compile(_SIZE.sub(_OUR_SIZE, source))
    except Exception as error:
        raise _syntax_error(source, str(error)) from None
    except BaseException as error:
        raise _panic(error, source) from None


def _syntax_error(source: str, complaint: str) -> ExpressionSyntaxError:
    found = _PLACE.search(complaint)
    if found is None:
        return ExpressionSyntaxError(f"This is no expression: {_short(source)}", 0)
    line, column, problem = int(found[1]), int(found[2]), found[3]
    lines = source.split("\n")
    at = sum(len(part) + 1 for part in lines[: line - 1]) + column - 1
    at = max(0, min(at, len(source) - 1))
    problem = problem.split(" expecting ")[0]
    if "<EOF>" in problem:
        return ExpressionSyntaxError("The expression ends too early.", at)
    odd = re.search(r"(?:input|at:) '(.*)'", problem)
    if odd is not None:
        return ExpressionSyntaxError(f"{odd[1]!r} does not fit here in the expression.", at)
    return ExpressionSyntaxError(f"The expression cannot be read: {problem}.", at)


def _panic(error: BaseException, source: str) -> BaseException:
    """Turn a panic of the CEL library (no `Exception`) into ours; hand on Ctrl-C and the like."""
    if type(error).__name__ == "PanicException":
        return ExpressionSyntaxError(f"This expression cannot be computed: {_short(source)}", 0)
    return error


def _execute(program: cel.Program, variables: JsonObject) -> object:
    context = cel.Context(variables=variables, functions=dict(_OUR_FUNCTIONS))
    try:
        return cast("object", program.execute(context))
    except Exception:
        raise
    except BaseException as error:
        raise _panic(error, "") from None


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
        known = ", ".join(list(owner)[:12]) or "no member at all"
        near = nearest(member, owner)
        return f"{name} has no member {member!r}; " + (
            f"did you mean {near!r}?" if near else f"it has {known}."
        )
    if isinstance(owner, list) and member.isdecimal():
        return f"{name} has {len(owner)} items, so [{member}] is not there."
    return f"{name} is {_kind(owner)} and has no member {member!r}."


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "an object")


def _weigh(reading: Reading, scope: JsonObject) -> None:
    """Refuse what would take long or much memory: the library itself has no budget."""
    weight = items = inside = 0
    for reference in reading.references:
        try:
            value = _look_up(reference, scope)
        except ExpressionError:
            continue
        letters, parts = _size_of(value)
        weight += letters + parts
        items = max(items, parts)
        inside += parts if reference.macro_depth else 0
    weight *= 1 + reading.variable_uses
    limit = MAX_NESTED_ITEMS if reading.macro_depth > 1 or inside > 64 else MAX_ITEMS
    if weight > MAX_WEIGHT:
        raise ExpressionError(f"An expression may read {MAX_WEIGHT} letters; this reads {weight}.")
    if reading.macros and items > limit:
        raise ExpressionError(
            f"map, filter, all and exists may walk over {limit} values here; this has {items}."
        )


def _size_of(value: Json) -> tuple[int, int]:
    """Return the letters and the values in `value`; stops counting far above every cap."""
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


def _why(error: Exception, reading: Reading, scope: JsonObject) -> str:
    if isinstance(error, ExpressionError):
        return error.detail
    if isinstance(error, (KeyError, RuntimeError)):
        for reference in reading.references:
            try:
                _look_up(reference, scope)
            except ExpressionError as missing:
                return missing.detail
        if isinstance(error, KeyError):
            return f"There is no member {error.args[0]!r}."
    message = str(error)
    function = re.search(r"function: '(\w+)'", message)
    if function is not None:
        name = "size" if function[1] == _OUR_SIZE else function[1]
        return f"{name}() does not take this kind of value."
    if isinstance(error, ZeroDivisionError):
        return "This divides by zero."
    if isinstance(error, IndexError):
        return f"A list has no such item: {message}."
    if isinstance(error, OverflowError):
        return "A whole number grows too large."
    if isinstance(error, TypeError):
        what = message.removeprefix("Unsupported operation: ").split(". CEL ")[0]
        what = "" if what.startswith("No such overload") else f": {what}"
        return (
            f"Two kinds of values do not go together{what}; "
            "write int(x), double(x) or string(x) to turn one into the other."
        )
    return message.split(" error: ")[-1].split(". Check ")[0][:200] + "."


def _json(value: object, source: str) -> Json:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if value - value == 0:
            return value
        raise ExpressionError(f"The result is no finite number. ({_short(source)})")
    if isinstance(value, (list, tuple)):
        return [_json(item, source) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        if all(isinstance(key, str) for key in entries):
            return {cast("str", key): _json(item, source) for key, item in entries.items()}
        raise ExpressionError(f"The keys of an object must be text. ({_short(source)})")
    raise ExpressionError(
        f"The result is a {type(value).__name__}, which is no JSON value. ({_short(source)})"
    )


def _plain_numbers(value: Json) -> Json:
    """Write 2.0 as 2, as a browser does, so that both sides give one text."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, list):
        return [_plain_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain_numbers(item) for key, item in value.items()}
    return value


def _short(source: str) -> str:
    line = " ".join(source.split())
    return line if len(line) <= 80 else line[:79] + "…"


def _size(value: object) -> int:
    if isinstance(value, (str, list, dict)):
        return len(cast("str | list[object] | dict[object, object]", value))
    raise TypeError("size() takes text, a list or an object")


def _join(items: object, between: str = "") -> str:
    if isinstance(items, list) and all(
        isinstance(item, str) for item in cast("list[object]", items)
    ):
        return between.join(cast("list[str]", items))
    raise TypeError("join() takes a list of texts")


def _split(text: str, at: str) -> list[str]:
    return text.split(at) if at else list(text)


def _ascii(text: str, *, upper: bool) -> str:
    return "".join((c.upper() if upper else c.lower()) if c.isascii() else c for c in text)


_OUR_FUNCTIONS = {
    _OUR_SIZE: _size,
    "join": _join,
    "split": _split,
    "trim": lambda text: text.strip(),
    "lowerAscii": lambda text: _ascii(text, upper=False),
    "upperAscii": lambda text: _ascii(text, upper=True),
}
