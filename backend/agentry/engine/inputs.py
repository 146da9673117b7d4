"""Check what a run is given against what its flow asks for; validators are compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.base.schema import misfit
from agentry.engine.errors import BadInputs


def check_inputs(
    flow: str, schemas: Mapping[str, JsonObject], given: JsonObject, *, base: Path, home: Path
) -> JsonObject:
    """Return the inputs with defaults filled in and folders made absolute; raise `BadInputs`.

    A relative folder that is a default is relative to `base`, the flow file's folder.
    """
    problems: dict[str, str] = {}
    inputs: JsonObject = {}
    for name in given.keys() - schemas.keys():
        known = ", ".join(schemas) or "none"
        problems[name] = f"It has no input {name!r} (its inputs: {known})."
    for name, schema in schemas.items():
        if name in given:
            value = given[name]
        elif "default" in schema:
            value = schema["default"]
        elif schema.get("optional") is True:
            continue
        else:
            problems[name] = f"Input {name!r} is missing."
            continue
        problem = _problem(name, schema, value)
        if problem is None and schema.get("format") == "folder":
            value, problem = _folder(name, value, base=base, home=home, lent=name in given)
        if problem is not None:
            problems[name] = problem
        inputs[name] = value
    if problems:
        raise BadInputs(flow, problems)
    return inputs


def fit_inputs(
    flow: str, schemas: Mapping[str, JsonObject], given: JsonObject, lent: frozenset[str]
) -> JsonObject:
    """Return a child run's inputs with defaults filled in; raise `BadInputs`. Touches no file.

    A folder must be one of `lent`: those that its parent was given.
    """
    problems: dict[str, str] = {}
    inputs: JsonObject = {}
    for name in given.keys() - schemas.keys():
        known = ", ".join(schemas) or "none"
        problems[name] = f"It has no input {name!r} (its inputs: {known})."
    for name, schema in schemas.items():
        if name not in given and "default" not in schema:
            if schema.get("optional") is not True:
                problems[name] = f"Input {name!r} is missing."
            continue
        value = given[name] if name in given else schema["default"]
        problem = _problem(name, schema, value)
        if problem is None and schema.get("format") == "folder" and value not in lent:
            problem = f"Input {name!r} must be a folder that the parent run was given."
        if problem is not None:
            problems[name] = problem
        inputs[name] = value
    if problems:
        raise BadInputs(flow, problems)
    return inputs


def _problem(name: str, schema: JsonObject, value: Json) -> str | None:
    found = misfit(schema, value)
    return None if found is None else f"Input {name!r} does not fit: {found}"


def _folder(
    name: str, value: Json, *, base: Path, home: Path, lent: bool
) -> tuple[Json, str | None]:
    """Check a folder that a person lends to the run, read-only."""
    path = Path(str(value)).expanduser()
    if not path.is_absolute():
        path = base / path
    elif not lent:
        # A flow from a stranger must not pick a host folder by a default.
        return value, f"Input {name!r} has an absolute folder as its default; give one yourself."
    path = path.resolve()
    if not path.is_dir():
        return value, f"Input {name!r} names {path}, which is not a folder."
    data = home.resolve()
    if path == data or data in path.parents:
        return value, f"Input {name!r} names {path}, which is Agentry's own data."
    if path == Path(path.anchor):
        return value, f"Input {name!r} names {path}, the whole machine; name a folder in it."
    if not lent and not _beside(path, base.resolve()):
        return (
            value,
            f"Input {name!r} has a default outside its flow's own checkout; give one yourself.",
        )
    return str(path), None


def _beside(path: Path, base: Path) -> bool:
    """Return whether `path` is in the git checkout (or else the folder) that holds the flow."""
    top = next((p for p in (base, *base.parents) if (p / ".git").exists()), base)
    return path == top or top in path.parents
