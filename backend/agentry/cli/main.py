"""`agentry`: every command's words and options. What a command does is imported when called."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agentry import __version__
from agentry.base.errors import AgentryError
from agentry.cli import console, retention_words
from agentry.cli.flow_words import AsJson, flows
from agentry.cli.snapshot_words import snapshots
from agentry.cli.steer_words import add_to
from agentry.cli.trace_words import traces
from agentry.cli.trigger_words import triggers

app = typer.Typer(
    name="agentry",
    help="The studio for multi-agent work you can trust.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
runs = typer.Typer(help="Look at runs and steer them.", no_args_is_help=True, rich_markup_mode=None)
approvals = typer.Typer(
    help="See and answer what runs ask people.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(flows, name="flow")
app.add_typer(runs, name="runs")
app.add_typer(triggers, name="triggers")
app.add_typer(approvals, name="approvals")
app.add_typer(snapshots, name="snapshots")
app.add_typer(traces, name="trace")

RunId = Annotated[
    str, typer.Argument(metavar="RUN_ID", help="A run, such as run_01…", show_default=False)
]
ApprovalId = Annotated[str, typer.Argument(metavar="APPROVAL_ID", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]


def main() -> None:
    """Run the command line; errors are sentences, never stack traces."""
    try:
        app()
    except AgentryError as error:
        sys.exit(console.tell(error))
    except KeyboardInterrupt:
        sys.exit(console.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        sys.exit(console.FAILED)
    except Exception as fault:
        sys.exit(console.tell_fault(fault))


def _version(wanted: bool) -> None:
    if wanted:
        console.out(f"agentry {__version__}")
        raise typer.Exit


@app.callback()
def _agentry(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Say what this release is."""


@app.command(help="Start the studio with a folder of flows open.")
def up(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="The folder of flows.", show_default="this folder"),
    ] = None,
    port: Annotated[int | None, typer.Option(help="8642 unless set; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="127.0.0.1 unless set.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    from agentry.cli.up import start

    raise typer.Exit(start(folder, port=port, host=host, browse=not no_open))


@app.command(help="Run a flow and wait for its end.")
def run(
    flow: Annotated[
        str | None,
        typer.Argument(metavar="FLOW", help="A name, a file or a folder.", show_default=False),
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option("-i", "--input", metavar="KEY=VALUE", help="An input; KEY=@FILE reads one."),
    ] = None,
    as_json: AsJson = False,
    trace: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the run's trace (JSON Lines).")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Approve all that this run asks.")] = False,
    resume: Annotated[
        str | None, typer.Option(metavar="RUN_ID", help="Go on with a run instead of a new one.")
    ] = None,
) -> None:
    from agentry.cli.run import Wanted, run_flow

    wanted = Wanted(flow, tuple(inputs or ()), as_json, trace, yes, resume)
    raise typer.Exit(run_flow(wanted))


@runs.command("ls", help="List runs, newest first.")
def runs_ls(
    flow: Annotated[str | None, typer.Option(help="Only runs of this flow.")] = None,
    status: Annotated[str | None, typer.Option(help="Only runs with this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.runs import ls

    raise typer.Exit(ls(flow, status, limit, as_json=as_json))


@runs.command("show", help="Show one run: its state, inputs, outputs.")
def runs_show(run_id: RunId, as_json: AsJson = False) -> None:
    from agentry.cli.runs import show

    raise typer.Exit(show(run_id, as_json=as_json))


@runs.command("events", help="Print a run's events, one a line.")
def runs_events(
    run_id: RunId,
    after: Annotated[int, typer.Option(min=0, help="Only events after this number.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more.")] = False,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.runs import events

    raise typer.Exit(events(run_id, after, follow=follow, as_json=as_json))


@approvals.command("ls", help="List open questions.")
def approvals_ls(
    everything: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.approvals import ls

    raise typer.Exit(ls(everything=everything, as_json=as_json))


@approvals.command("approve", help="Say yes.")
def approvals_approve(
    approval_id: ApprovalId,
    reason: Reason = "",
    args: Annotated[
        str | None,
        typer.Option(metavar="JSON", help="Arguments instead of those that were asked for."),
    ] = None,
) -> None:
    from agentry.cli.approvals import decide

    raise typer.Exit(decide(approval_id, "approve", reason, args))


@approvals.command("deny", help="Say no.")
def approvals_deny(approval_id: ApprovalId, reason: Reason = "") -> None:
    from agentry.cli.approvals import decide

    raise typer.Exit(decide(approval_id, "deny", reason, None))


@app.command(help="Say what works here, what is missing and how to get it.")
def doctor(
    check_db: Annotated[
        bool,
        typer.Option(
            "--check-db", help="Only look, thoroughly, for what is wrong in the database."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.doctor import examine

    raise typer.Exit(examine(check_db=check_db, as_json=as_json))


@app.command(help="Speak the Language Server Protocol on stdin and stdout, for editors.")
def lsp() -> None:
    from agentry.lsp.server import serve

    serve()


add_to(runs)
retention_words.add_to(runs)
