"""Several studios on one Postgres: any of them does the work, and each of it is done once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agentry.base.settings import load_settings
from agentry.engine.compile import FlowText
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.runs import RunReader
from agentry.store.trouble import DatabaseUnusable
from agentry.wiring import open_app
from tests.postgres import Cluster

pytestmark = pytest.mark.integration

FLOW = """
inputs: {n: {type: integer}}
tasks:
  - {id: pause, wait: {for: 1ms}}
  - id: both
    parallel:
      - {id: a, tool: echo, with: {n: "${{ inputs.n }}"}, retry: {attempts: 2}}
      - {id: b, tool: echo, with: {n: 2}, retry: {attempts: 2}}
outputs: {n: "${{ tasks.a.output.n }}"}
"""


@contextmanager
def worker(home: Path, db: str) -> Generator[subprocess.Popen[bytes]]:
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.store.worker", str(home), db],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield process
    process.communicate(timeout=30)
    assert process.returncode == 0


def wait_until_ended(runs: RunReader, ids: list[str]) -> None:
    while any(runs.summary(run_id).ended_at is None for run_id in ids):
        time.sleep(0.05)


async def test_runs_accepted_by_one_are_done_by_the_others(
    prepared_postgres: str, tmp_path: Path
) -> None:
    database = Database(prepared_postgres)
    settings = load_settings(home=tmp_path / "home", folder=tmp_path, db=prepared_postgres)
    with worker(tmp_path / "w1", prepared_postgres), worker(tmp_path / "w2", prepared_postgres):
        async with open_app(settings, work=False) as app:
            flow = FlowText("sample", FLOW, tmp_path)
            made = [await app.accept(flow, {"n": n}, by="tester") for n in range(20)]
            ids = [run.run_id for run in made]
            await asyncio.to_thread(wait_until_ended, app.runs, ids)
            with database.reader() as connection:
                hosts = (
                    connection.exec_driver_sql("SELECT DISTINCT host FROM worker").scalars().all()
                )
            outputs = [app.runs.run(run_id).outputs for run_id in ids]
    assert outputs == [{"n": n} for n in range(20)]
    assert len(hosts) == 1
    assert "pid:[" in hosts[0]
    assert check(database) == []
    with database.reader() as connection:
        query = "SELECT count(*) FROM event WHERE type = 'task.started' AND fence > 1"
        assert connection.exec_driver_sql(query).scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM worker").scalar() == 0
    database.close()


async def test_studios_sit_out_a_restart_of_the_server(cluster: Cluster, tmp_path: Path) -> None:
    address = cluster.take_prepared()
    settings = load_settings(home=tmp_path / "home", folder=tmp_path, db=address)
    with worker(tmp_path / "w1", address):
        async with open_app(settings, work=False) as app:
            flow = FlowText("sample", FLOW, tmp_path)
            first = await app.accept(flow, {"n": 1}, by="tester")
            cluster.stop()
            with pytest.raises(DatabaseUnusable, match="cannot be used"):
                await app.accept(flow, {"n": 2}, by="tester")
            cluster.start()
            last = await app.accept(flow, {"n": 3}, by="tester")
            await asyncio.to_thread(wait_until_ended, app.runs, [first.run_id, last.run_id])
            assert app.runs.run(last.run_id).outputs == {"n": 3}
            assert len(app.runs.summaries()) == 2
    database = Database(address)
    assert check(database) == []
    database.close()
    cluster.give_back(address)
