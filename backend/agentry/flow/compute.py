"""The CEL library behind a narrow door: compile once, compute under caps, complain in sentences."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import cast

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.flow.celonly import cel
from agentry.flow.letters import read_letters

# The library logs what a function of ours refuses; the person gets it as an ExpressionError, and a
# log line could hold a run's data.
logging.getLogger("cel").disabled = True

# The library's size() counts UTF-8 bytes where CEL counts letters, and its string() refuses true
# and false. Ours have names of the same width, so that columns stay right.
_RENAMED = {"size": "siz_", "string": "strin_"}
# CEL keeps `loop` for itself.
_LOOP, _OUR_LOOP = "loop", "loo_"
_WRITTEN = {ours: written for written, ours in _RENAMED.items()}
_PLACE = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


class ExpressionError(AgentryError):
    """An expression that cannot be read, or that gives nothing on this data."""

    code, status = "expression_failed", 422


class ExpressionSyntaxError(ExpressionError):
    """An expression that no data can make right; `at` is the letter it goes wrong at, from 0."""

    def __init__(self, detail: str, at: int) -> None:
        super().__init__(detail)
        self.at = at


@lru_cache(maxsize=2048)
def compiled(source: str) -> cel.Program:
    """Return the program of an expression; raise `ExpressionSyntaxError` where CEL refuses it."""
    letters = list(source)
    read = read_letters(source)
    for reference in read.references:
        if reference.path[0] == _LOOP:
            letters[reference.start : reference.start + len(_LOOP)] = _OUR_LOOP
    for call in read.calls:
        ours = _RENAMED.get(call.name)
        if ours is not None:
            letters[call.start : call.start + len(ours)] = ours
    try:
        return cel.compile("".join(letters))
    except Exception as error:
        raise _syntax_error(source, str(error)) from None
    except BaseException as error:
        raise _ours(error) from None


def compute(source: str, variables: JsonObject) -> Json:
    """Return the value of an expression; raise `ExpressionError` or the library's exception."""
    if _LOOP in variables:
        variables = {**variables, _OUR_LOOP: variables[_LOOP]}
        del variables[_LOOP]
    context = cel.Context(variables=variables, functions=dict(_FUNCTIONS))
    try:
        value = cast("object", compiled(source).execute(context))
    except Exception:
        raise
    except BaseException as error:
        raise _ours(error) from None
    return _json(value, source)


def complaint(error: Exception) -> str:
    """Say in one sentence why the library could not compute."""
    message = str(error)
    for kind, sentence in _SENTENCES.items():
        if isinstance(error, kind):
            return sentence
    if isinstance(error, TypeError):
        return _mixed(message)
    unknown = re.search(r"Undefined variable or function: '(\w+)'", message)
    if unknown is not None:
        return f"{_WRITTEN.get(unknown[1], unknown[1])}() does not take this kind of value."
    failed = re.match(
        r"Function '(\w+)' error: (.*)\. Check function arguments", message, re.DOTALL
    )
    if failed is not None:
        reason = failed[2].rpartition("TypeError: ")[2].rpartition("parse error: ")[2]
        return f"{_WRITTEN.get(failed[1], failed[1])}(): {reason}."
    if isinstance(error, IndexError):
        return f"A list has no such item: {message}."
    return f"{message[:200]}."


def short(text: str) -> str:
    """Return one line of at most 80 letters, to quote in a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


_SENTENCES: dict[type[Exception], str] = {
    ZeroDivisionError: "This divides by zero.",
    OverflowError: "A whole number grows too large.",
}


def _mixed(message: str) -> str:
    what = message.removeprefix("Unsupported operation: ").split(". CEL ")[0]
    what = "" if what.startswith("No such overload") else f": {what}"
    return (
        f"Two kinds of values do not go together{what}; "
        "write int(x), double(x) or string(x) to turn one into the other."
    )


def _ours(error: BaseException) -> BaseException:
    """Turn a panic of the library (no `Exception`) into ours; hand on Ctrl-C and the like."""
    if type(error).__name__ == "PanicException":
        return ExpressionError("This expression cannot be computed.")
    return error


def _syntax_error(source: str, message: str) -> ExpressionSyntaxError:
    found = _PLACE.search(message)
    if found is None:
        return ExpressionSyntaxError(f"This is no expression: {short(source)}", 0)
    line, column = int(found[1]), int(found[2])
    problem = found[3].split(" expecting ")[0]
    at = sum(len(part) + 1 for part in source.split("\n")[: line - 1]) + column - 1
    at = max(0, min(at, len(source) - 1))
    if "<EOF>" in problem:
        return ExpressionSyntaxError("The expression ends too early.", at)
    odd = re.search(r"(?:input|at:) '(.*)'", problem)
    if odd is not None:
        return ExpressionSyntaxError(f"{odd[1]!r} does not fit here in the expression.", at)
    return ExpressionSyntaxError(f"The expression cannot be read: {problem}.", at)


def _json(value: object, source: str) -> Json:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if value - value == 0:
            return value
        raise ExpressionError(f"The result is no finite number. ({short(source)})")
    if isinstance(value, (list, tuple)):
        return [_json(item, source) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        if all(isinstance(key, str) for key in entries):
            # The library gives keys in an order that differs from one process to the next.
            names = sorted(cast("dict[str, object]", value))
            return {name: _json(entries[name], source) for name in names}
        raise ExpressionError(f"The keys of an object must be text. ({short(source)})")
    raise ExpressionError(
        f"The result is a {type(value).__name__}, which is no JSON value. ({short(source)})"
    )


def _size(value: object) -> int:
    if isinstance(value, (str, list, dict)):
        return len(cast("str | list[object] | dict[object, object]", value))
    raise TypeError("it takes text, a list or an object")


def _string(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int | str):
        return str(value)
    raise TypeError("it takes a number, true, false or text")


def _join(items: object, between: object = "") -> str:
    texts = cast("list[object]", items) if isinstance(items, list) else [None]
    if not isinstance(between, str) or not all(isinstance(text, str) for text in texts):
        raise TypeError("it takes a list of texts")
    return between.join(cast("list[str]", texts))


def _split(text: object, at: object) -> list[str]:
    if not isinstance(text, str) or not isinstance(at, str):
        raise TypeError("it takes text")
    return text.split(at) if at else list(text)


def _on_text(change: Callable[[str], str]) -> Callable[[object], str]:
    def changed(text: object) -> str:
        if not isinstance(text, str):
            raise TypeError("it takes text")
        return change(text)

    return changed


_UPPER = {letter: letter - 32 for letter in range(ord("a"), ord("z") + 1)}
_LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}
_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    _RENAMED["size"]: _size,
    _RENAMED["string"]: _string,
    "join": _join,
    "split": _split,
    "trim": _on_text(str.strip),
    "lowerAscii": _on_text(lambda text: text.translate(_LOWER)),
    "upperAscii": _on_text(lambda text: text.translate(_UPPER)),
}
