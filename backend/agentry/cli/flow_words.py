"""The words and options of `agentry flow …`. What a command does is imported when called."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

flows = typer.Typer(help="Look at flows.", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
Flow = Annotated[
    str, typer.Argument(metavar="FLOW", help="A name, a file or a folder.", show_default=False)
]


class Form(StrEnum):
    """How `flow graph` draws."""

    mermaid = "mermaid"
    dot = "dot"
    json = "json"


@flows.command("check", help="Read flows and print every finding.")
def flow_check(
    files: Annotated[list[str], typer.Argument(metavar="FLOW...", help="Names, files or folders.")],
    as_json: AsJson = False,
) -> None:
    from agentry.cli.flow import check

    raise typer.Exit(check(files, as_json=as_json))


@flows.command("graph", help="Print what a flow looks like.")
def flow_graph(
    flow: Flow,
    form: Annotated[Form, typer.Option("--format", help="The language to print.")] = Form.mermaid,
) -> None:
    from agentry.cli.flow_texts import graph

    raise typer.Exit(graph(flow, form.value))


@flows.command("schema", help="Print the JSON Schema of flow files.")
def flow_schema(
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it to a file.")] = None,
) -> None:
    from agentry.cli.flow_texts import schema

    raise typer.Exit(schema(out))


@flows.command("explain", help="Say in words what a flow will do, and the most it can take.")
def flow_explain(flow: Flow, as_json: AsJson = False) -> None:
    from agentry.cli.flow_texts import explain

    raise typer.Exit(explain(flow, as_json=as_json))


@flows.command("fmt", help="Lay a flow's file out; comments and meaning stay.")
def flow_fmt(
    flow: Flow,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is.")] = False,
) -> None:
    from agentry.cli.flow_texts import fmt

    raise typer.Exit(fmt(flow, check=check))
