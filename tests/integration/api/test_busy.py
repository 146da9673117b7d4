"""A studio that has too much to do says so at once, and keeps nothing of what it refuses."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.integration.api.serving import serving

pytestmark = pytest.mark.integration
INVOKE = "/api/v1/invoke"
HELLO = {"flow": "hello", "inputs": {"who": "you"}}
WORKS = """\
name: Works
models:
  actor: {provider: scripted, turns: [{answer: "Hello."}]}
agents:
  speaker: {model: actor}
tasks:
  - {id: speak, agent: speaker, input: "Say hello."}
"""


async def test_too_many_at_once_are_refused_whole(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False, max_accepts=3) as here:
        answers = await asyncio.gather(*[here.client.post(INVOKE, json=HELLO) for _ in range(40)])
        runs = (await here.client.get("/api/v1/runs?limit=100")).json()["runs"]
        after = await here.client.post(INVOKE, json=HELLO)
    made = {answer.json()["run_id"] for answer in answers if answer.status_code == 202}
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert len(made) + len(refused) == 40
    assert {run["run_id"] for run in runs} == made
    for answer in refused:
        assert answer.headers["retry-after"] == "1"
        assert (answer.json()["error"], set(answer.json())) == ("busy", {"error", "detail", "hint"})
    assert after.status_code == 202


async def test_too_many_open_runs_are_refused_until_some_end(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False, max_open_runs=2) as here:
        (here.folder / "works.agentry.flow.yaml").write_text(WORKS)
        first = [await here.client.post(INVOKE, json={"flow": "works"}) for _ in range(3)]
        cancel = f"/api/v1/runs/{first[0].json()['run_id']}/cancel"
        await here.client.post(cancel, json={})
        again = await here.client.post(INVOKE, json={"flow": "works"})
    assert [answer.status_code for answer in first] == [202, 202, 429]
    assert int(first[2].headers["retry-after"]) >= 1
    assert again.status_code == 202


async def test_runs_that_wait_for_people_take_no_place(tmp_path: Path) -> None:
    async with serving(tmp_path, max_open_runs=2) as here:
        for _ in range(3):
            await here.until(await here.start("asking"), "waiting")


async def test_what_was_open_before_a_restart_counts(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        (here.folder / "works.agentry.flow.yaml").write_text(WORKS)
        for _ in range(2):
            await here.client.post(INVOKE, json={"flow": "works"})
    (tmp_path / "flows").rename(tmp_path / "before")
    async with serving(tmp_path, work=False, max_open_runs=2) as here:
        answer = await here.client.post(INVOKE, json=HELLO)
    assert answer.status_code == 429
