"""The words and options of `agentry trace …`. What a command does is imported when called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agentry.cli.flow_words import AsJson

traces = typer.Typer(
    help="Keep, check and replay what runs did.", no_args_is_help=True, rich_markup_mode=None
)

RunId = Annotated[
    str, typer.Argument(metavar="RUN_ID", help="A run, such as run_01…", show_default=False)
]
Trace = Annotated[
    str,
    typer.Argument(
        metavar="TRACE", help="A file, - for standard input, or a run's id.", show_default=False
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to a file, not to standard output."),
]


@traces.command("export", help="Write a run's trace: its plan and every event (JSON Lines).")
def trace_export(run_id: RunId, output: Output = None) -> None:
    from agentry.cli.trace import export

    raise typer.Exit(export(run_id, output))


@traces.command("import", help="Keep a trace as a run to look at; nothing in it is run again.")
def trace_import(file: File, as_json: AsJson = False) -> None:
    from agentry.cli.trace import take_in

    raise typer.Exit(take_in(file, as_json=as_json))


@traces.command("verify", help="Check that nothing was changed and that every event follows.")
def trace_verify(trace: Trace, as_json: AsJson = False) -> None:
    from agentry.cli.trace import check

    raise typer.Exit(check(trace, as_json=as_json))


@traces.command("replay", help="Show a run again as it happened; nothing is run.")
def trace_replay(
    trace: Trace,
    speed: Annotated[
        float, typer.Option(min=0.01, help="10 is ten times as fast as it was.")
    ] = 1.0,
    instant: Annotated[bool, typer.Option("--instant", help="Show the end at once.")] = False,
    until: Annotated[
        int | None, typer.Option(metavar="SEQ", min=1, help="Stop after this event.")
    ] = None,
    state: Annotated[
        bool, typer.Option("--state", help="Print the run's state there, as JSON.")
    ] = False,
) -> None:
    from agentry.cli.trace_replay import Wanted, replay

    raise typer.Exit(replay(Wanted(trace, speed, instant=instant, until=until, state=state)))


@traces.command("convert", help="Write a trace of the older form as one of today.")
def trace_convert(file: File, output: Output = None) -> None:
    from agentry.cli.trace import convert_old

    raise typer.Exit(convert_old(file, output))
