"""Find a value in JSON by a JSON Pointer or a simple path."""

from __future__ import annotations

import re

from agentry.base.errors import AgentryError
from agentry.base.json import Json, decode

_STEP = re.compile(
    r"\.?(?P<name>[^.\[\]]+)|\[(?P<index>-?[0-9]+)\]|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]"
)


class QueryFailed(AgentryError):
    """The data is no JSON, the query cannot be read, or nothing is there."""

    code, status = "query_failed", 422


def read_data(data: Json) -> Json:
    """Return `data`; where it is text, the JSON value in it. Raise `QueryFailed`."""
    if not isinstance(data, str):
        return data
    try:
        return decode(data)
    except ValueError as problem:
        raise QueryFailed(f"The data is no JSON: {problem}.") from None


def find(value: Json, query: str) -> Json:
    """Return what is at `query` in `value`; raise `QueryFailed`."""
    here = value
    for step in steps_of(query):
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and _index(step, len(here)) is not None:
            here = here[_index(step, len(here)) or 0]
        else:
            raise QueryFailed(f"Nothing is at {query!r}: there is no {step!r} in {_kind(here)}.")
    return here


def steps_of(query: str) -> list[str]:
    """Split a query into names and numbers; raise `QueryFailed`."""
    if query in ("", "$", "."):
        return []
    if query.startswith("/"):
        return [step.replace("~1", "/").replace("~0", "~") for step in query[1:].split("/")]
    text = query.removeprefix("$")
    steps: list[str] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise QueryFailed(
                f"The query {query!r} cannot be read at {text[at:]!r}.",
                hint="Write a path such as items[0].name or a pointer such as /items/0/name.",
            )
        steps.append(found["name"] or found["index"] or found["key"] or "")
        at = found.end()
    return steps


def _index(step: str, length: int) -> int | None:
    if not re.fullmatch(r"-?[0-9]{1,9}", step):
        return None
    index = int(step)
    return index if -length <= index < length else None


def _kind(value: Json) -> str:
    if isinstance(value, dict):
        return f"an object with {', '.join(list(value)[:8]) or 'no keys'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "a plain value"
