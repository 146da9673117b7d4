"""Runs and approvals over HTTP."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.integration.api.serving import HELLO, serving

pytestmark = pytest.mark.integration


async def test_a_run_is_started_and_read(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start(who="you")
        run = await here.until(run_id, "completed")
        listed = (await here.client.get("/api/v1/runs")).json()
        page = (await here.client.get(f"/api/v1/runs/{run_id}/events")).json()
    assert run["outputs"] == {"said": "Hello you"}
    assert (run["inputs"], run["text"], run["flow"]) == ({"who": "you"}, HELLO, "hello")
    assert [item["run_id"] for item in listed["runs"]] == [run_id]
    assert listed["next"] is None
    assert [event["seq"] for event in page["events"]] == list(range(1, page["last_seq"] + 1))
    assert page["done"] is True
    assert page["events"][0]["type"] == "run.accepted"


async def test_the_same_key_starts_one_run_and_another_body_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        url, headers = "/api/v1/flows/hello/runs", {"Idempotency-Key": "k1"}
        body = {"inputs": {"who": "you"}}
        answers = await asyncio.gather(
            *[here.client.post(url, json=body, headers=headers) for _ in range(20)]
        )
        other = await here.client.post(url, json={"inputs": {"who": "me"}}, headers=headers)
        listed = (await here.client.get("/api/v1/runs")).json()["runs"]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["run_id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert (other.status_code, other.json()["error"]) == (422, "idempotency_mismatch")
    assert len(listed) == 1


async def test_a_broken_flow_or_bad_inputs_start_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        post = here.client.post
        broken = await post("/api/v1/flows/broken/runs", json={})
        missing = await post("/api/v1/flows/hello/runs", json={"inputs": {}})
        wrong = await post("/api/v1/flows/hello/runs", json={"inputs": {"who": 1, "x": 2}})
        assert (await here.client.get("/api/v1/runs")).json()["runs"] == []
    assert (broken.status_code, broken.json()["error"]) == (422, "flow_has_errors")
    assert broken.json()["diagnostics"][0]["span"]["line"] == 2
    assert (missing.status_code, missing.json()["error"]) == (422, "bad_inputs")
    assert set(missing.json()["problems"]) == {"who"}
    assert set(wrong.json()["problems"]) == {"who", "x"}


@pytest.mark.parametrize("extra", ["text", "flow", "tasks", "definition", "data"])
async def test_a_run_never_takes_a_flow_definition(tmp_path: Path, extra: str) -> None:
    async with serving(tmp_path, work=False) as here:
        body = {"inputs": {"who": "you"}, extra: HELLO}
        answer = await here.client.post("/api/v1/flows/hello/runs", json=body)
        assert (await here.client.get("/api/v1/runs")).json()["runs"] == []
    assert answer.status_code == 400
    assert extra in answer.json()["detail"]


async def test_a_question_is_answered_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("asking")
        await here.until(run_id, "waiting")
        asked = (await here.client.get("/api/v1/approvals?status=open")).json()["approvals"]
        assert [item["ask"] for item in asked] == ["Are you sure?"]
        url = f"/api/v1/approvals/{asked[0]['approval_id']}"
        body = {"decision": "approve", "reason": "fine"}
        first = await here.client.post(f"{url}/decision", json=body)
        second = await here.client.post(f"{url}/decision", json={"decision": "deny"})
        await here.until(run_id, "completed")
        decided = (await here.client.get("/api/v1/approvals?status=decided")).json()["approvals"]
    assert first.status_code == 200
    assert (first.json()["status"], first.json()["reason"]) == ("approved", "fine")
    assert (second.status_code, second.json()["error"]) == (409, "already_decided")
    assert [item["approval_id"] for item in decided] == [asked[0]["approval_id"]]


async def test_a_run_is_cancelled_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("asking")
        await here.until(run_id, "waiting")
        url = f"/api/v1/runs/{run_id}/cancel"
        first = await here.client.post(url, json={"reason": "enough"})
        assert first.status_code == 202
        await here.until(run_id, "cancelled")
        second = await here.client.post(url, json={})
    assert second.status_code == 409


async def test_pages_of_runs_leave_none_out(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        made = [await here.start(who=str(number)) for number in range(5)]
        seen: list[str] = []
        before = ""
        while True:
            page = (await here.client.get(f"/api/v1/runs?limit=2{before}")).json()
            seen += [run["run_id"] for run in page["runs"]]
            if page["next"] is None:
                break
            before = f"&before={page['next']}"
    assert sorted(seen) == sorted(made)
    assert len(seen) == 5


async def test_the_trace_is_header_events_trailer(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start(who="you")
        run = await here.until(run_id, "completed")
        answer = await here.client.get(f"/api/v1/runs/{run_id}/trace")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert (lines[0]["kind"], lines[-1]["kind"]) == ("header", "trailer")
    assert lines[-1]["count"] == len(lines) - 2 == run["last_seq"]


NOTHING_THERE = [
    "runs/run_x",
    "runs/run_x/events",
    "runs/run_x/trace",
    "runs/run_x/files",
    "runs/run_x/files/a",
    "runs/..%2f..",
    "approvals/apr_x",
    "feed?run_id=run_x",
    "none",
    "runs/run_x/events?after=-1",
    "runs?limit=0",
    "runs?status=odd",
    "approvals?status=odd",
]


async def test_what_does_not_exist_or_fit_is_a_problem_body(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        for path in NOTHING_THERE:
            answer = await here.client.get(f"/api/v1/{path}")
            assert answer.status_code in (400, 404), (path, answer.text)
            assert set(answer.json()) == {"error", "detail", "hint"}


async def test_an_unexpected_fault_is_an_incident_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, work=False) as here:

        def broken(*_: object) -> None:
            raise RuntimeError("the secret inside")

        monkeypatch.setattr(here.studio.runs, "summaries", broken)
        answer = await here.client.get("/api/v1/runs")
        incident = answer.json()["incident"]
        kept = (tmp_path / "home" / "logs" / f"{incident}.txt").read_text()
    assert (answer.status_code, answer.json()["error"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "RuntimeError: the secret inside" in kept


async def test_health_studio_tools_and_schema_answer(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        get = here.client.get
        assert (await get("/api/v1/health")).json()["status"] == "ok"
        studio = (await get("/api/v1/studio")).json()
        tools = {tool["name"] for tool in (await get("/api/v1/tools")).json()["tools"]}
        schema = await get("/schema")
        flow_schema = await get("/schemas/flow.schema.json")
    assert studio["folder"] == str(here.folder)
    assert isinstance(studio["sandbox"]["healthy"], bool)
    assert {"provider": "scripted", "ready": True} in studio["models"]
    assert {"echo", "shell", "read_file"} <= tools
    assert schema.json()["openapi"].startswith("3.1")
    assert flow_schema.json()["$schema"].endswith("2020-12/schema")
