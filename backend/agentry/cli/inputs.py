"""`-i key=value` to the values a flow asks for; what is missing is asked on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from agentry.base.json import Json, JsonObject, decode
from agentry.cli.console import WrongUse, is_terminal

_MOST_BYTES = 4_000_000


def given_inputs(pairs: Sequence[str], schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return the inputs named by `pairs`; raise `WrongUse` with a sentence.

    A relative folder is relative to where the command was typed.
    """
    inputs: JsonObject = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise WrongUse(f"{pair!r} is no input.", hint="Write `-i name=value`.")
        schema = schemas.get(name)
        if schema is None:
            known = ", ".join(schemas)
            raise WrongUse(
                f"The flow has no input {name!r}.",
                hint=f"Its inputs: {known}." if known else "It takes none.",
            )
        inputs[name] = _value(name, _text(name, text), schema)
    return inputs


def ask_missing(inputs: JsonObject, schemas: Mapping[str, JsonObject]) -> JsonObject:
    """Return `inputs` with what is missing: asked for on a terminal, else `WrongUse`."""
    missing = [
        name
        for name, schema in schemas.items()
        if name not in inputs and "default" not in schema and schema.get("optional") is not True
    ]
    if missing and not is_terminal():
        needs = " ".join(f"-i {name}=…" for name in missing)
        what = "Input" if len(missing) == 1 else "Inputs"
        verb = "is" if len(missing) == 1 else "are"
        raise WrongUse(
            f"{what} {', '.join(map(repr, missing))} {verb} missing.", hint=f"Give {needs}."
        )
    return {**inputs, **{name: _asked(name, schemas[name]) for name in missing}}


def _asked(name: str, schema: JsonObject) -> Json:
    title = schema.get("title") or schema.get("description")
    sys.stderr.write(f"{name}{f' ({title})' if title else ''}: ")
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise WrongUse(f"Input {name!r} is missing.", hint=f"Give -i {name}=….")
    return _value(name, line.rstrip("\n"), schema)


def _text(name: str, text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    path = Path(text[1:]).expanduser()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise WrongUse(
                f"The file {path} for input {name!r} is longer than {_MOST_BYTES // 1_000_000} MB."
            )
        return path.read_text(encoding="utf-8")
    except OSError as problem:
        raise WrongUse(
            f"The file {path} for input {name!r} cannot be read: {problem.strerror}."
        ) from None
    except UnicodeDecodeError:
        raise WrongUse(f"The file {path} for input {name!r} is not UTF-8 text.") from None


def _value(name: str, text: str, schema: JsonObject) -> Json:
    kinds = _kinds(schema)
    if kinds == {"string"} or (not kinds and _is_text_enum(schema)):
        if schema.get("format") in ("folder", "file"):
            return str(Path(text).expanduser().absolute())
        return text
    try:
        return decode(text)
    except ValueError:
        if not kinds or "string" in kinds:
            return text
        wanted = " or ".join(sorted(kinds))
        raise WrongUse(f"Input {name!r} must be {wanted}; {text[:60]!r} is none.") from None


def _kinds(schema: JsonObject) -> set[str]:
    kind = schema.get("type")
    if isinstance(kind, str):
        return {kind}
    return {item for item in kind if isinstance(item, str)} if isinstance(kind, list) else set()


def _is_text_enum(schema: JsonObject) -> bool:
    options = schema.get("enum")
    return (
        isinstance(options, list)
        and bool(options)
        and all(isinstance(item, str) for item in cast("list[object]", options))
    )
