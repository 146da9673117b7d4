"""The words with which runs are steered. What a command does is imported when called."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from agentry.cli.flow_words import AsJson

RunId = Annotated[
    str, typer.Argument(metavar="RUN_ID", help="A run, such as run_01…", show_default=False)
]
TaskPath = Annotated[
    str, typer.Argument(metavar="TASK", help="Its path, such as build/tests.", show_default=False)
]


class How(StrEnum):
    """What becomes of a held task."""

    go = "go"
    step = "step"
    skip = "skip"


def add_to(runs: typer.Typer) -> None:
    """Add these commands to `agentry runs`."""
    runs.command("cancel", help="Stop a run and everything below it.")(_cancel)
    runs.command("pause", help="Let a run begin nothing new.")(_pause)
    runs.command("continue", help="Let a paused run go on; continue one that ended badly.")(
        _continue
    )
    runs.command("fork", help="Make a new run that starts where this one stood.")(_fork)
    runs.command("send", help="Give a run a message that one of its tasks waits for.")(_send)
    runs.command("break", help="Hold these tasks before they begin; none lets all go.")(_break)
    runs.command("release", help="Let a held task go on, step, or skip it.")(_release)


def _cancel(run_id: RunId, reason: Annotated[str, typer.Option(help="Why.")] = "") -> None:
    from agentry.cli.steer import cancel

    raise typer.Exit(cancel(run_id, reason))


def _pause(
    run_id: RunId,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: AsJson = False,
) -> None:
    from agentry.cli.steer import order

    said = f"{run_id} is paused; `agentry runs continue {run_id}` lets it go on."
    raise typer.Exit(order(run_id, "pause", {"reason": reason}, said, as_json=as_json))


def _continue(run_id: RunId, as_json: AsJson = False) -> None:
    from agentry.cli.steer import order

    raise typer.Exit(order(run_id, "continue", {}, "{run_id} goes on.", as_json=as_json))


def _fork(
    run_id: RunId,
    at: Annotated[
        int | None, typer.Option(min=1, metavar="SEQ", help="After this event; else the last.")
    ] = None,
    task: Annotated[
        str | None, typer.Option("--from", metavar="TASK", help="Just before this task began.")
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("-i", "--input", metavar="KEY=VALUE", help="Another input.")
    ] = None,
    outputs: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="TASK=VALUE", help="Another output of a finished task."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.steer import fork

    made = fork(
        run_id, at=at, task=task, inputs=inputs or (), outputs=outputs or (), as_json=as_json
    )
    raise typer.Exit(made)


def _send(
    run_id: RunId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The message's name.")],
    payload: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help="JSON, text, or @FILE.")
    ] = None,
    msg_id: Annotated[
        str | None, typer.Option("--id", help="The same id twice is taken in once.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.steer import send

    raise typer.Exit(send(run_id, name, payload, msg_id, as_json=as_json))


def _break(
    run_id: RunId,
    tasks: Annotated[list[str] | None, typer.Argument(metavar="[TASK...]")] = None,
    as_json: AsJson = False,
) -> None:
    from agentry.base.json import Json
    from agentry.cli.steer import order

    paths: list[Json] = list(tasks or ())
    said = "Nothing is held from now on." if not paths else "Held before they begin."
    raise typer.Exit(order(run_id, "breakpoints", {"paths": paths}, said, as_json=as_json))


def _release(
    run_id: RunId,
    task: TaskPath,
    how: Annotated[How, typer.Option(help="Go on, hold the next task too, or skip it.")] = How.go,
    given: Annotated[
        str | None, typer.Option("--input", metavar="JSON", help="What it is given instead.")
    ] = None,
    output: Annotated[
        str | None, typer.Option(metavar="JSON", help="With skip: its output.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    from agentry.cli.steer import release

    raise typer.Exit(release(run_id, task, how.value, given, output, as_json=as_json))
