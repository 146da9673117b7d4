"""`agentry flow graph`, `schema`, `explain` and `fmt`: a flow told in another form."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agentry.cli import console
from agentry.cli.flow import named
from agentry.cli.source import flow_file, line_of, read_flow
from agentry.flow.document import Document
from agentry.flow.dot import dot
from agentry.flow.graph import build
from agentry.flow.mermaid import mermaid
from agentry.flow.read import Reading, read
from agentry.store.beside import Beside

if TYPE_CHECKING:
    from agentry.tools.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Given:
    """A flow as it was given on the command line, and what it says."""

    given: str
    file: Path
    reading: Reading


def given_flow(given: str) -> Given:
    """Read one flow, and say its errors on stderr; raise `WrongUse` where there is none."""
    flow = read_flow(given, flow_file(given) or named(given))
    reading = read(flow.flow.text, name=flow.flow.name, loader=Beside(flow.flow.base))
    for finding in reading.diagnostics:
        if finding.severity == "error":
            console.say(line_of(given, finding))
    return Given(given, flow.file, reading)


def graph(given: str, form: str) -> int:
    """Print what a flow looks like; what is left of a broken one is drawn, and 2 returned."""
    reading = given_flow(given).reading
    if reading.document is None:
        return console.WRONG_USE
    drawn = build(reading.document)
    if form == "json":
        console.out_json(drawn.to_json())
    else:
        console.out(dot(drawn) if form == "dot" else mermaid(drawn))
    return console.OK if reading.ok else console.WRONG_USE


def schema(out: Path | None) -> int:
    """Print the JSON Schema of flow files, or write it to a file."""
    from agentry.flow.schema import schema_text

    if out is None:
        console.out(schema_text())
        return console.OK
    try:
        out.write_text(schema_text(), encoding="utf-8")
    except OSError as problem:
        raise console.WrongUse(f"{out} cannot be written: {problem.strerror}.") from None
    return console.OK


def explain(given: str, *, as_json: bool) -> int:
    """Print what a flow will do; one with errors is not explained, and 2 returned."""
    from agentry.flow.foretell import foretell
    from agentry.models.prices import worst_turn_usd
    from agentry.policy.rules import PolicyInput, default_policy

    reading = given_flow(given).reading
    document = reading.document
    if document is None or not reading.ok:
        return console.WRONG_USE
    tools = _tools_of(document)
    policy = default_policy()
    verdicts = {
        name: policy.decide(PolicyInput(name, manifest, {}, "", "", None, "")).decision
        for name, manifest in tools.items()
    }
    told = foretell(document, tools, verdicts=verdicts, price=worst_turn_usd)
    if as_json:
        console.out_json(told.to_json())
    else:
        console.out(told.text())
    return console.OK


def _tools_of(document: Document) -> dict[str, Manifest]:
    """Return the manifests of the tools that come with the studio and of the flow's own."""
    from pydantic import ValidationError

    from agentry.tools.builtin import builtin_registry
    from agentry.tools.manifest import Manifest

    registry = builtin_registry()
    known = {name: registry.get(name) for name in registry.names()}
    for name, spec in document.tools.items():
        with suppress(ValidationError):
            known[name] = Manifest.model_validate({**spec, "name": name})
    return known


def fmt(given: str, *, check: bool) -> int:
    """Lay a flow's file out; with `check` only say whether it is, and return 1 where it is not."""
    from agentry.flow.layout import laid_out

    flow = read_flow(given, flow_file(given) or named(given))
    new = laid_out(flow.flow.text)
    if new == flow.flow.text:
        console.out(f"{given}: ok")
        return console.OK
    if check:
        console.out(f"{given}: not laid out")
        return console.FAILED
    beside = flow.file.with_name(f".{flow.file.name}.new")
    try:
        # Either text is whole at every moment.
        beside.write_bytes(new.encode())
        beside.chmod(flow.file.stat().st_mode)
        beside.replace(flow.file)
    except OSError as problem:
        raise console.WrongUse(f"{given} cannot be written: {problem.strerror}.") from None
    console.out(f"{given}: laid out")
    return console.OK
