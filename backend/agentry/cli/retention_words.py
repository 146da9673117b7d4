"""The words and options of `agentry runs prune` and `agentry runs archive`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agentry.cli.flow_words import AsJson

_OlderThan = Annotated[
    str, typer.Option("--older-than", metavar="TIME", help="Runs that ended longer ago: 90d, 36h.")
]


def add_to(runs: typer.Typer) -> None:
    """Put the commands under `agentry runs`."""
    runs.command("prune", help="Take away runs that ended long ago, with their files.")(_prune)
    runs.command("archive", help="Write the traces of runs that ended long ago to files.")(_archive)


def _prune(
    older_than: _OlderThan,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go; change nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.retention import prune_runs

    raise typer.Exit(prune_runs(older_than, dry_run=dry_run, as_json=as_json))


def _archive(
    place: Annotated[
        Path,
        typer.Argument(
            metavar="PLACE",
            help="A folder, with a file for each run; or one file ending in .jsonl.",
        ),
    ],
    older_than: _OlderThan = "90d",
    prune: Annotated[
        bool, typer.Option("--prune", help="Then take away the runs that are in the archive.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.retention import archive_runs

    raise typer.Exit(archive_runs(place, older_than, then_prune=prune, as_json=as_json))
