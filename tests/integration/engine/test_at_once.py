"""Pure calls are done where they are decided: no executor, no lease; still through the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.store.database import Database
from agentry.store.invariants import check
from tests.integration.engine.studio import events, start, studio, until

pytestmark = pytest.mark.integration

PURE = """
tasks:
  - {id: a, tool: echo, with: {n: 1}}
  - {id: b, tool: json_query, with: {data: "${{ tasks.a.output }}", query: $.n}}
outputs: {n: "${{ tasks.b.output }}"}
"""


async def test_a_run_of_pure_steps_is_over_when_it_is_accepted(tmp_path: Path) -> None:
    async with studio(tmp_path, work=False) as app:
        run = await start(app, PURE)
        assert app.runs.summary(run).status == "completed"
        assert app.runs.run(run).outputs == {"n": 1}
        [call] = [e for e in events(app, run, "call.completed") if e.path == "a"]
        assert (call.data["decision"], call.data["tool"]) == ("allow", "echo")
        assert call.call_id == "a#1/call-0"
        database = Database(app.settings.home / "agentry.db")
        assert check(database) == []
        database.close()


async def test_a_pure_call_that_fails_fails_its_task(tmp_path: Path) -> None:
    text = "tasks: [{id: a, tool: json_query, with: {data: {x: 1}, query: $.none}}]"
    async with studio(tmp_path, work=False) as app:
        run = await start(app, text)
        error = app.runs.summary(run).error
        assert error is not None
        assert error["path"] == "a"
        assert len(events(app, run, "call.failed")) == 1


async def test_very_many_pure_steps_are_shared_with_executors(tmp_path: Path) -> None:
    text = "tasks: [{id: r, loop: {times: 520, do: [{id: a, tool: echo}]}}]"
    async with studio(tmp_path) as app:
        run = await start(app, text)
        assert (await until(app, run)).status == "completed"
        assert len(events(app, run, "call.started")) == 1
        assert len(events(app, run, "call.completed")) == 520


async def test_a_step_that_may_be_retried_goes_the_long_way(tmp_path: Path) -> None:
    async with studio(tmp_path, work=False) as app:
        run = await start(app, "tasks: [{id: a, tool: echo, retry: {attempts: 2}}]")
        assert app.runs.summary(run).status == "accepted"
