"""Agents save what they know and read it again, through the gate, in whole runs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from agentry.agents.snapshot import snapshot_of
from agentry.base.json import JsonObject, encode
from agentry.journal.fold import fold_all
from agentry.store.invariants import check
from agentry.wiring import App
from tests.acceptance.product import cli
from tests.integration.engine.studio import events, start, studio, until

pytestmark = pytest.mark.integration

SAVES = """
models:
  script:
    provider: scripted
    turns:
      - calls: [{tool: echo, with: {found: 42}}]
      - calls: [{tool: save_state, with: {label: half way, data: %s}}]
      - calls: [{tool: load_state, with: {snapshot: "${{ calls[1].output.snapshot }}"}}]
      - answer: "${{ calls[2].output.messages[0].content }}"
agents: {worker: {model: script, tools: [echo, save_state, load_state]}}
tasks: [{id: work, agent: worker, input: find it}]
outputs: {said: "${{ tasks.work.output }}"}
"""
NOTE = '{note: {content: "forty-two"}, raw: {content: "AAEC", encoding: base64, type: x/y}}'
LOADS = """
inputs: {from: {type: string}}
tasks: [{id: work, tool: load_state, with: {snapshot: "${{ inputs.from }}", task: work}}]
outputs: {known: "${{ tasks.work.output }}"}
"""


async def saved(app: App) -> str:
    run = await start(app, SAVES % NOTE)
    summary = await until(app, run)
    assert (summary.status, summary.error) == ("completed", None)
    return run


def broken(app: App) -> list[str]:
    from agentry.store.database import Database

    database = Database(app.settings.home / "agentry.db")
    try:
        return check(database)
    finally:
        database.close()


async def test_an_agent_reads_again_what_it_saved(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await saved(app)
        assert app.runs.run(run).outputs == {"said": "find it"}
        [event] = events(app, run, "state.saved")
        [record] = app.snapshots.of_run(run)
        assert (record.seq, record.label, record.path) == (event.seq, "half way", "work")
        data = app.snapshots.state(run, record.seq)["data"]
        assert isinstance(data, dict)
        note, raw = data["note"], data["raw"]
        assert isinstance(note, dict)
        assert isinstance(raw, dict)
        assert (note["content"], note["type"], note["bytes"]) == ("forty-two", "text/plain", 9)
        assert (raw["content"], raw["type"], raw["bytes"]) == ("AAEC", "x/y", 3)
        assert broken(app) == []


async def test_a_snapshot_that_is_not_the_fold_is_found(tmp_path: Path) -> None:
    import sqlite3

    async with studio(tmp_path) as app:
        run = await saved(app)
        with sqlite3.connect(app.settings.home / "agentry.db") as connection:
            connection.execute("UPDATE snapshot SET seq = seq + 1")
        connection.close()
        assert [said for said in broken(app) if said.startswith("I14")] == [
            f"I14: the snapshot of work at {app.snapshots.of_run(run)[0].seq} of {run} "
            "is not what it was."
        ]


async def test_a_later_run_of_the_flow_reads_any_event_of_an_earlier_one(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await saved(app)
        last = app.runs.summary(run).last_seq
        later = await start(app, LOADS, {"from": f"{run}@{last}"})
        assert (await until(app, later)).status == "completed"
        outputs: Any = app.runs.run(later).outputs
        whole = snapshot_of(fold_all(run, app.runs.events(run, 0, last)).tasks["work"])
        turns = whole["turns"]
        assert isinstance(turns, list)
        assert outputs["known"]["turns"] == len(turns) == 4
        assert "forty-two" in encode(outputs["known"]["data"])


@pytest.mark.parametrize(
    ("snapshot", "code"),
    [
        ("run_01NOSUCH@3", "not_found"),
        ("no run", "bad_args"),
        ("{run}@1", "bad_state"),
    ],
)
async def test_what_cannot_be_read_fails_the_call_with_a_reason(
    tmp_path: Path, snapshot: str, code: str
) -> None:
    async with studio(tmp_path) as app:
        run = await saved(app)
        later = await start(app, LOADS, {"from": snapshot.format(run=run)})
        error = (await until(app, later)).error
        assert error is not None
        assert error["code"] == code


async def test_another_flows_runs_are_not_read(tmp_path: Path) -> None:
    from agentry.engine.compile import FlowText

    async with studio(tmp_path) as app:
        run = await saved(app)
        folder = app.settings.home.parent / "flows"
        other = FlowText("other", LOADS, folder)
        later = (await app.accept(other, {"from": f"{run}@9"}, by="tester")).run_id
        error = (await until(app, later)).error
        assert error is not None
        assert (error["code"], "another flow" in str(error["message"])) == ("bad_state", True)


@pytest.mark.parametrize(
    "data",
    [
        '{big: {content: "%s"}}' % ("x" * (256 * 1024 + 1)),
        "{raw: {content: no-base64!, encoding: base64}}",
        "{bad name: {content: x}}",
    ],
)
async def test_what_cannot_be_kept_is_refused(tmp_path: Path, data: str) -> None:
    text = f"tasks: [{{id: work, tool: save_state, with: {{data: {data}}}}}]"
    async with studio(tmp_path) as app:
        run = await start(app, text)
        error = (await until(app, run)).error
        assert error is not None
        assert error["code"] in ("bad_state", "bad_args")
        assert app.snapshots.of_run(run) == []


async def test_a_long_value_is_kept_once_beside_the_journal(tmp_path: Path) -> None:
    import sqlite3

    content = "long " * 10_000
    data: JsonObject = {"long": {"content": content}}
    args = json.dumps({"data": data})
    async with studio(tmp_path) as app:
        run = await start(app, f"tasks: [{{id: work, tool: save_state, with: {args}}}]")
        assert (await until(app, run)).status == "completed"
        assert content in encode(app.snapshots.state(run, app.snapshots.of_run(run)[0].seq))
        with sqlite3.connect(app.settings.home / "agentry.db") as connection:
            query = "SELECT count(*) FROM event WHERE length(data_json) > 9000"
            assert connection.execute(query).fetchone() == (0,)
        connection.close()


async def test_people_see_what_was_saved(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await saved(app)
        [record] = app.snapshots.of_run(run)
    home = tmp_path / "home"
    listed = await asyncio.to_thread(cli, "snapshots", "ls", run, home=home)
    assert listed.stdout.split()[0] == record.name
    assert "half way" in listed.stdout
    told = await asyncio.to_thread(cli, "snapshots", "show", record.name, home=home)
    assert "user: find it" in told.stdout
    assert "kept  note  text/plain  9 bytes" in told.stdout
    for wrong in (f"{run}@1", f"{run}", "run_0@1"):
        refused = await asyncio.to_thread(cli, "snapshots", "show", wrong, home=home)
        assert refused.returncode != 0
        assert "Traceback" not in refused.stderr
