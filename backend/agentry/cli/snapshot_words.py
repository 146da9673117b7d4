"""The words of `agentry snapshots …`. What a command does is imported when called."""

from __future__ import annotations

from typing import Annotated

import typer

from agentry.cli.flow_words import AsJson
from agentry.cli.steer_words import RunId

snapshots = typer.Typer(
    help="See what agents saved of what they knew.", no_args_is_help=True, rich_markup_mode=None
)
Snapshot = Annotated[
    str, typer.Argument(metavar="RUN@EVENT", help="As `ls` names it.", show_default=False)
]


@snapshots.command("ls", help="List the snapshots of a run.")
def snapshots_ls(run_id: RunId, as_json: AsJson = False) -> None:
    from agentry.cli.snapshots import ls

    raise typer.Exit(ls(run_id, as_json=as_json))


@snapshots.command("show", help="Print what an agent knew when it saved.")
def snapshots_show(snapshot: Snapshot, as_json: AsJson = False) -> None:
    from agentry.cli.snapshots import show

    raise typer.Exit(show(snapshot, as_json=as_json))
