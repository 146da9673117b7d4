"""A run of something of everything in a real studio, and its trace as a file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agentry.base.json import JsonObject
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.wiring import App
from tests.integration.engine.studio import start, until

FLOW = """
models:
  actor:
    provider: scripted
    turns:
      - calls: [{tool: echo, with: {n: 1}}]
      - answer: "Seen."
agents: {looker: {model: actor, tools: [echo]}}
inputs: {words: {type: string}}
tasks:
  - {id: look, agent: looker, input: "Look at ${{ inputs.words }}"}
  - {id: sure, approval: {ask: "Sure?"}}
  - {id: end, tool: echo, with: {all: "${{ inputs.words }}"}}
outputs: {said: "${{ tasks.look.output }}", all: "${{ tasks.end.output.all }}"}
"""
WORDS = "long words " * 2000


@dataclass(frozen=True)
class Told:
    """A run that has ended, and its trace as a file."""

    app: App
    run_id: str
    file: Path


async def ended(app: App, inputs: JsonObject) -> str:
    """Run `FLOW` to its end."""
    run_id = await start(app, FLOW, inputs)
    await until(app, run_id, "waiting")
    [asked] = app.runs.approvals("open")
    await app.decide(asked.approval_id, "approve", by="ann")
    assert (await until(app, run_id)).status == "completed"
    return run_id


def exported(app: App, run_id: str, file: Path) -> Path:
    file.write_text("".join(app.trace(run_id)), newline="")
    return file


def lines(file: Path) -> Callable[[], AbstractContextManager[Iterable[bytes]]]:
    """Return how to open `file`, each time from its beginning."""

    @contextmanager
    def opened() -> Generator[Iterable[bytes]]:
        with file.open("rb") as found:
            yield found

    return opened


def broken(app: App) -> list[str]:
    """Return every invariant that does not hold."""
    database = Database(app.settings.home / "agentry.db")
    try:
        return check(database)
    finally:
        database.close()


def rows(app: App, table: str) -> int:
    """Return how many rows a table has."""
    database = Database(app.settings.home / "agentry.db")
    try:
        with database.reader() as connection:
            return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    finally:
        database.close()
