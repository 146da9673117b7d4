"""`agentry flow graph`, `schema` and `explain`: a flow told in another form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agentry.cli import console
from agentry.cli.flow import named
from agentry.cli.source import flow_file, line_of, read_flow
from agentry.flow.dot import dot
from agentry.flow.graph import build
from agentry.flow.mermaid import mermaid
from agentry.flow.read import Reading, read


@dataclass(frozen=True, slots=True)
class Given:
    """A flow as it was given on the command line, and what it says."""

    given: str
    file: Path
    reading: Reading


def given_flow(given: str) -> Given:
    """Read one flow, and say its errors on stderr; raise `WrongUse` where there is none."""
    flow = read_flow(given, flow_file(given) or named(given))
    reading = read(flow.flow.text, name=flow.flow.name)
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
