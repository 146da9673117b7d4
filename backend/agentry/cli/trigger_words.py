"""The words of `agentry triggers …`. What a command does is imported when called."""

from __future__ import annotations

from typing import Annotated

import typer

from agentry.cli.flow_words import AsJson

triggers = typer.Typer(
    help="What starts flows by itself: times and webhooks.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Flow = Annotated[str, typer.Argument(metavar="FLOW", help="A flow's name.", show_default=False)]


@triggers.command("ls", help="List what starts flows by itself.")
def triggers_ls(as_json: AsJson = False) -> None:
    from agentry.cli.triggers import ls

    raise typer.Exit(ls(as_json=as_json))


@triggers.command("on", help="Let a flow's `on:` start it from now on.")
def triggers_on(flow: Flow, as_json: AsJson = False) -> None:
    from agentry.cli.triggers import turn

    raise typer.Exit(turn(flow, on=True, as_json=as_json))


@triggers.command("off", help="Let nothing start a flow by itself.")
def triggers_off(flow: Flow, as_json: AsJson = False) -> None:
    from agentry.cli.triggers import turn

    raise typer.Exit(turn(flow, on=False, as_json=as_json))
