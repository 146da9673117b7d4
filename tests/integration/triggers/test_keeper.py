"""Schedules start runs once for each time, whatever crashes, and mind those that still go on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agentry.base.clock import ManualClock
from agentry.base.json import JsonObject
from agentry.store.committer import Committer
from agentry.store.triggers import TriggerStore
from agentry.triggers.keeper import Keeper, NoTriggers
from agentry.wiring import App, FolderFlows
from tests.integration.engine.studio import studio

pytestmark = pytest.mark.integration
HOUR = 3_600_000
HOURLY = """\
on:
  schedule:
    - {every: 1h%s}
inputs: {at: {type: integer, default: 0}}
tasks:
  - {id: wait, approval: {ask: "Go on?"}}
"""


class Crashing(FolderFlows):
    """The folder's flows; `fail` is raised once a run has been started."""

    fail: Exception | None = None

    async def start(self, flow: str, inputs: JsonObject, by: str, idem_key: str) -> str:
        run_id = await super().start(flow, inputs, by, idem_key)
        if self.fail is not None:
            raise self.fail
        return run_id


@asynccontextmanager
async def kept(
    tmp_path: Path, text: str
) -> AsyncGenerator[tuple[App, Keeper, ManualClock, Crashing]]:
    async with studio(tmp_path, work=False) as app:
        (tmp_path / "flows" / "hourly.agentry.flow.yaml").write_text(text)
        clock, flows = ManualClock(), Crashing()
        flows.app = app
        yield app, Keeper(store_of(app), flows, clock), clock, flows


def store_of(app: App) -> TriggerStore:
    committer = app.engine.store
    assert isinstance(committer, Committer)
    return TriggerStore(committer)


def runs(app: App) -> list[str]:
    return [run.status for run in app.runs.summaries("hourly")]


async def test_a_schedule_that_is_on_starts_a_run_each_time(tmp_path: Path) -> None:
    async with kept(tmp_path, HOURLY % ", overlap: allow") as (app, keeper, clock, _):
        await keeper.fire_due()
        assert runs(app) == []
        [trigger] = await keeper.turn("hourly", on=True)
        assert trigger.next_at is not None
        for _ in range(3):
            clock.advance(HOUR)
            await keeper.fire_due()
            await keeper.fire_due()
        assert len(runs(app)) == 3


async def test_a_crash_after_the_start_makes_no_second_run(tmp_path: Path) -> None:
    async with kept(tmp_path, HOURLY % "") as (app, keeper, clock, flows):
        await keeper.turn("hourly", on=True)
        clock.advance(HOUR)
        flows.fail = RuntimeError("gone")
        with pytest.raises(RuntimeError):
            await keeper.fire_due()
        flows.fail = None
        await keeper.fire_due()
        assert len(runs(app)) == 1
        [trigger] = await keeper.all()
        assert trigger.last_at is not None


@pytest.mark.parametrize(
    ("overlap", "statuses"),
    [
        ("skip", ["waiting"]),
        ("allow", ["waiting", "waiting"]),
        ("cancel", ["waiting", "cancelled"]),
    ],
)
async def test_a_run_that_still_goes_on_is_minded(
    tmp_path: Path, overlap: str, statuses: list[str]
) -> None:
    async with kept(tmp_path, HOURLY % f", overlap: {overlap}") as (app, keeper, clock, _):
        await keeper.turn("hourly", on=True)
        for _ in range(2):
            clock.advance(HOUR)
            await keeper.fire_due()
        assert runs(app) == statuses


@pytest.mark.parametrize(("missed", "count"), [("once", 1), ("all", 5), ("skip", 0)])
async def test_times_at_which_nobody_was_there(tmp_path: Path, missed: str, count: int) -> None:
    text = HOURLY % f", missed: {missed}, overlap: allow"
    async with kept(tmp_path, text) as (app, keeper, clock, _):
        await keeper.turn("hourly", on=True)
        clock.advance(5 * HOUR + 120_000)
        await keeper.fire_due()
        assert len(runs(app)) == count
        [trigger] = await keeper.all()
        assert trigger.next_at is not None
        assert trigger.next_at > clock.now_ms()


async def test_what_is_off_starts_nothing(tmp_path: Path) -> None:
    async with kept(tmp_path, HOURLY % "") as (app, keeper, clock, _):
        await keeper.turn("hourly", on=True)
        await keeper.turn("hourly", on=False)
        clock.advance(HOUR)
        await keeper.fire_due()
        assert runs(app) == []


async def test_a_change_of_the_flow_is_followed(tmp_path: Path) -> None:
    async with kept(tmp_path, HOURLY % "") as (_, keeper, _clock, _flows):
        [before] = await keeper.turn("hourly", on=True)
        file = tmp_path / "flows" / "hourly.agentry.flow.yaml"
        file.write_text((HOURLY % "").replace("1h", "2h"))
        await keeper.follow("hourly")
        [after] = await keeper.all("hourly")
        assert (after.trigger_id, after.spec["every_ms"]) == (before.trigger_id, 2 * HOUR)
        file.write_text("tasks: [{id: a, tool: echo}]\n")
        await keeper.follow("hourly")
        assert await keeper.all("hourly") == []


async def test_a_flow_that_says_nothing_of_it_is_refused(tmp_path: Path) -> None:
    async with kept(tmp_path, "tasks: [{id: a, tool: echo}]\n") as (_, keeper, _clock, _flows):
        with pytest.raises(NoTriggers):
            await keeper.turn("hourly", on=True)


async def test_the_inputs_of_a_schedule_may_name_the_time(tmp_path: Path) -> None:
    text = HOURLY % ', inputs: {at: "${{ event.scheduled_at }}"}'
    async with kept(tmp_path, text) as (app, keeper, clock, _):
        [trigger] = await keeper.turn("hourly", on=True)
        clock.advance(HOUR)
        await keeper.fire_due()
        [run] = app.runs.summaries("hourly")
        assert app.runs.run(run.run_id).inputs == {"at": trigger.next_at}
