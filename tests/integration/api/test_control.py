"""Runs are steered over REST: paused, continued, forked, messaged, held and let go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.api.serving import Served, serving

pytestmark = pytest.mark.integration
PAID = """\
tasks:
  - {id: paid, wait: {message: payment}}
outputs: {amount: "${{ tasks.paid.output.amount }}"}
"""
PART = """\
inputs: {n: {type: integer}}
tasks:
  - {id: work, tool: echo, with: {n: "${{ inputs.n }}"}}
outputs: {twice: "${{ inputs.n * 2 }}"}
"""
WHOLE = """\
inputs: {n: {type: integer}}
tasks:
  - {id: part, flow: ./part.agentry.flow.yaml, inputs: {n: "${{ inputs.n }}"}}
  - {id: last, tool: echo, with: {got: "${{ tasks.part.output.twice }}"}}
outputs: {got: "${{ tasks.last.output.got }}"}
"""


async def post(here: Served, path: str, body: object, status: int = 202) -> dict[str, object]:
    answer = await here.client.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def write(here: Served, **flows: str) -> None:
    for name, text in flows.items():
        (here.folder / f"{name}.agentry.flow.yaml").write_text(text)


async def test_a_child_flow_runs_and_is_seen_as_a_run(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        write(here, part=PART, whole=WHOLE)
        started = await post(here, "/flows/whole/runs", {"inputs": {"n": 4}})
        run = await here.until(str(started["run_id"]), "completed")
        assert run["outputs"] == {"got": 8}
        runs = (await here.client.get("/api/v1/runs?flow=part")).json()["runs"]
        assert [found["parent_run_id"] for found in runs] == [started["run_id"]]


async def test_a_message_ends_a_wait_and_counts_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        write(here, paid=PAID)
        run_id = (await post(here, "/flows/paid/runs", {}))["run_id"]
        await here.until(str(run_id), "waiting")
        message = {"name": "payment", "payload": {"amount": 3}, "msg_id": "m1"}
        path = f"/runs/{run_id}/messages"
        assert await post(here, path, message) == {"repeated": False}
        assert (await here.until(str(run_id), "completed"))["outputs"] == {"amount": 3}
        assert await post(here, path, message) == {"repeated": True}
        over = await post(here, path, {**message, "msg_id": "m2"}, 409)
        assert over["error"] == "run_ended"


async def test_a_run_that_failed_is_continued_as_a_new_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("failing")
        await here.until(run_id, "failed")
        again = await post(here, f"/runs/{run_id}/continue", {})
        assert again["forked_from"] == run_id
        await here.until(str(again["run_id"]), "failed")
        hello = await here.start("hello", who="you")
        await here.until(hello, "completed")
        refused = await post(here, f"/runs/{hello}/continue", {}, 409)
        assert refused["error"] == "run_completed"


async def test_a_run_is_forked_with_other_inputs(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("hello", who="you")
        await here.until(run_id, "completed")
        fork = {"at_seq": 1, "inputs": {"who": "all"}}
        made = await post(here, f"/runs/{run_id}/forks", fork)
        run = await here.until(str(made["run_id"]), "completed")
        assert run["outputs"] == {"said": "Hello all"}
        both = await post(here, f"/runs/{run_id}/forks", {"at_seq": 1, "from_path": "greet"}, 400)
        assert "not at both" in str(both["detail"])


async def test_a_paused_run_goes_on_when_told(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        write(here, paid=PAID.replace("outputs", "  - {id: after, tool: echo}\noutputs"))
        run_id = (await post(here, "/flows/paid/runs", {}))["run_id"]
        paused = await post(here, f"/runs/{run_id}/pause", {"reason": "lunch"})
        assert paused["paused"] is True
        await post(here, f"/runs/{run_id}/messages", {"name": "payment", "payload": {"amount": 1}})
        run = (await here.client.get(f"/api/v1/runs/{run_id}")).json()
        assert run["ended_at"] is None
        await post(here, f"/runs/{run_id}/continue", {})
        await here.until(str(run_id), "completed")


async def test_a_flow_is_tried_step_by_step(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        trial = {"inputs": {"who": "you"}, "breakpoints": ["greet"]}
        run_id = (await post(here, "/flows/hello/trials", trial))["run_id"]
        await here.until(str(run_id), "waiting")
        release = {"path": "greet", "how": "go", "given": {"args": {"text": "edited"}}}
        await post(here, f"/runs/{run_id}/release", release)
        run = await here.until(str(run_id), "completed")
        assert run["outputs"] == {"said": "edited"}
        again = await post(here, f"/runs/{run_id}/release", release, 409)
        assert again["error"] == "run_ended"


async def test_one_task_runs_alone_with_pins(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        write(here, part=PART, whole=WHOLE)
        trial = {"inputs": {"n": 1}, "only": "last", "pins": {"part": {"twice": 9}}}
        run_id = (await post(here, "/flows/whole/trials", trial))["run_id"]
        await here.until(str(run_id), "completed")
        events = (await here.client.get(f"/api/v1/runs/{run_id}/events")).json()["events"]
        ends = {e["path"]: e["data"].get("output") for e in events if e["type"] == "task.completed"}
        assert ends == {"part": {"twice": 9}, "last": {"got": 9}}
