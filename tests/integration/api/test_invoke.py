"""Starting a run by name, and waiting for what it gives."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2
import pytest

from tests.integration.api.serving import HELLO, Served, serving

pytestmark = pytest.mark.integration
INVOKE = "/api/v1/invoke"
WAYS: list[tuple[str, dict[str, str]]] = [
    (INVOKE, {"flow": "hello"}),
    ("/api/v1/flows/hello/runs", {}),
]


async def approve(here: Served, run_id: str) -> None:
    """Answer the question that the run asks, once it does."""
    await here.until(run_id, "waiting")
    asked = (await here.client.get("/api/v1/approvals?status=open")).json()["approvals"]
    approval = next(item["approval_id"] for item in asked if item["run_id"] == run_id)
    url = f"/api/v1/approvals/{approval}/decision"
    assert (await here.client.post(url, json={"decision": "approve"})).status_code == 200


async def the_only_run(here: Served) -> str:
    """Return the id of the one run there is, as soon as there is one."""
    with here.studio.bell.listen() as inbox:
        while not (found := here.studio.runs.summaries()):
            assert await inbox.next(30) is not None
    assert len(found) == 1
    return found[0].run_id


@pytest.mark.parametrize(("url", "body"), WAYS)
async def test_without_wait_the_run_is_named_at_once(
    tmp_path: Path, url: str, body: dict[str, str]
) -> None:
    async with serving(tmp_path, work=False) as here:
        answer = await here.client.post(url, json={**body, "inputs": {"who": "you"}})
        run_id = answer.json()["run_id"]
        run = (await here.client.get(answer.headers["location"])).json()
    assert (answer.status_code, set(answer.json())) == (202, {"run_id"})
    assert (run["run_id"], run["inputs"]) == (run_id, {"who": "you"})


@pytest.mark.parametrize("wait", [True, 30, 0.5])
@pytest.mark.parametrize(("url", "body"), WAYS)
async def test_with_wait_the_outputs_are_the_answer(
    tmp_path: Path, url: str, body: dict[str, str], wait: float
) -> None:
    async with serving(tmp_path) as here:
        given = {**body, "inputs": {"who": "you"}, "wait": wait}
        answer = await here.client.post(url, json=given)
    assert answer.status_code == 200
    assert answer.json() == {
        "run_id": answer.json()["run_id"],
        "status": "completed",
        "outputs": {"said": "Hello you"},
    }


async def test_where_the_time_passes_first_the_run_is_named_and_goes_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        answer = await here.client.post(INVOKE, json={"flow": "asking", "wait": 0.05})
        run_id = answer.json()["run_id"]
        assert (answer.status_code, set(answer.json())) == (202, {"run_id"})
        await approve(here, run_id)
        await here.until(run_id, "completed")


async def test_a_run_that_ends_while_it_is_waited_for_answers(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        body = {"flow": "asking", "wait": True}
        waiting = asyncio.create_task(here.client.post(INVOKE, json=body))
        await approve(here, await the_only_run(here))
        answer = await waiting
    assert (answer.status_code, answer.json()["status"]) == (200, "completed")


async def test_a_failed_run_answers_with_its_error(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        answer = await here.client.post(INVOKE, json={"flow": "failing", "wait": True})
        said = answer.json()
        run = (await here.client.get(f"/api/v1/runs/{said['run_id']}")).json()
    assert (answer.status_code, said["error"], said["status"]) == (424, "run_failed", "failed")
    assert said["failure"] == run["error"]
    assert said["failure"]["path"] == "look"
    assert said["detail"] == said["failure"]["message"]
    assert said["run_id"] in said["hint"]


async def test_a_cancelled_run_answers_so(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        body = {"flow": "asking", "wait": True}
        waiting = asyncio.create_task(here.client.post(INVOKE, json=body))
        run_id = await the_only_run(here)
        await here.client.post(f"/api/v1/runs/{run_id}/cancel", json={})
        answer = await waiting
    said = answer.json()
    assert (answer.status_code, said["error"], said["failure"]) == (424, "run_cancelled", None)


async def test_the_same_key_waits_for_the_same_run(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        body, headers = {"flow": "asking", "wait": True}, {"Idempotency-Key": "k"}
        ask = here.client.post
        waiting = [asyncio.create_task(ask(INVOKE, json=body, headers=headers)) for _ in range(5)]
        run_id = await the_only_run(here)
        named = await ask(INVOKE, json={"flow": "asking"}, headers=headers)
        other = await ask(INVOKE, json={"flow": "hello"}, headers=headers)
        await approve(here, run_id)
        answers = await asyncio.gather(*waiting)
        late = await ask(INVOKE, json=body, headers=headers)
        assert len((await here.client.get("/api/v1/runs")).json()["runs"]) == 1
    assert (named.status_code, named.json()) == (202, {"run_id": run_id})
    assert (other.status_code, other.json()["error"]) == (422, "idempotency_mismatch")
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == late.json() for answer in answers)
    assert late.headers["idempotency-replayed"] == "true"


async def test_a_key_gives_its_run_even_when_the_flow_is_gone_or_changed(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        file = here.folder / "hello.agentry.flow.yaml"
        headers = {"Idempotency-Key": "k"}
        body = {"flow": "hello", "inputs": {"who": "you"}}
        first = await here.client.post(INVOKE, json=body, headers=headers)
        file.write_text(HELLO.replace("who:", "whom:"))
        changed = await here.client.post(INVOKE, json=body, headers=headers)
        file.unlink()
        gone = await here.client.post(INVOKE, json=body, headers=headers)
        new = await here.client.post(INVOKE, json=body, headers={"Idempotency-Key": "l"})
    assert first.json() == changed.json() == gone.json()
    assert new.status_code == 404


async def test_a_changed_flow_is_run_as_it_is_now(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        body = {"flow": "hello", "inputs": {"who": "you"}, "wait": True}
        first = await here.client.post(INVOKE, json=body)
        (here.folder / "hello.agentry.flow.yaml").write_text(HELLO.replace("Hello $", "Bye $"))
        second = await here.client.post(INVOKE, json=body)
    assert first.json()["outputs"] == {"said": "Hello you"}
    assert second.json()["outputs"] == {"said": "Bye you"}


BAD = {
    "{": "cannot be read",
    "[]": "does not fit",
    "": "missing",
    "nul": "cannot be read",
    '{"flow": 1}': "`$.flow`",
    "{}": "`flow`",
    '{"flow": "hello", "wait": -1}': "`$.wait`",
    '{"flow": "hello", "wait": 601}': "`$.wait`",
    '{"flow": "hello", "wait": "yes"}': "`$.wait`",
    '{"flow": "hello", "more": 1}': "`more`",
    '{"flow": "hello", "inputs": []}': "`$.inputs`",
    '{"flow": "hello", "inputs": {"a": ' + "[" * 5000 + "]" * 5000 + "}}": "nested too deeply",
}


@pytest.mark.parametrize("text", BAD)
async def test_a_body_that_cannot_be_used_starts_nothing(tmp_path: Path, text: str) -> None:
    async with serving(tmp_path, work=False) as here:
        headers = {"Content-Type": "application/json"}
        answer = await here.client.post(INVOKE, content=text, headers=headers)
        assert (await here.client.get("/api/v1/runs")).json()["runs"] == []
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request"), answer.text
    assert BAD[text] in answer.json()["detail"]
    assert set(answer.json()) == {"error", "detail", "hint"}


async def test_letters_that_are_none_and_bodies_without_end_are_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        kind = {"Content-Type": "application/json"}
        letters = await here.client.post(INVOKE, content=b'{"flow": "\xff"}', headers=kind)
        long = await here.client.post(INVOKE, content=b" " * 5_000_001, headers=kind)
        key = await here.client.post(
            INVOKE, json={"flow": "hello"}, headers={"Idempotency-Key": "k" * 201}
        )
        other = await here.client.get(INVOKE)
        nowhere = await here.client.post("/api/v1/flows/a%2Fb/runs", json={})
        assert (await here.client.get("/api/v1/runs")).json()["runs"] == []
    assert letters.status_code == key.status_code == 400
    assert (long.status_code, other.status_code) == (413, 405)
    assert other.headers["allow"] == "POST"
    assert nowhere.status_code == 404


async def test_a_fault_is_an_incident_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, work=False) as here:

        def broken(*_: object) -> None:
            raise RuntimeError("the secret inside")

        monkeypatch.setattr(here.studio.compiler, "compile", broken)
        answer = await here.client.post(INVOKE, json={"flow": "hello"})
        incident = answer.json()["incident"]
        kept = (tmp_path / "home" / "logs" / f"{incident}.txt").read_text()
    assert (answer.status_code, answer.json()["error"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert "RuntimeError: the secret inside" in kept


async def test_whoever_waits_is_answered_when_the_server_stops(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        body = {"flow": "asking", "wait": True}
        waiting = asyncio.create_task(here.client.post(INVOKE, json=body))
        run_id = await the_only_run(here)
        await here.until(run_id, "waiting")
        here.server.should_exit = True
        answer = await waiting
    assert (answer.status_code, answer.json()) == (202, {"run_id": run_id})


async def test_a_client_that_leaves_ends_nothing_but_its_wait(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        with pytest.raises(httpx2.ReadTimeout):
            await here.client.post(INVOKE, json={"flow": "asking", "wait": True}, timeout=0.3)
        run_id = await the_only_run(here)
        await approve(here, run_id)
        await here.until(run_id, "completed")
