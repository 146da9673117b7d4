"""Triggers over REST: seen, turned on and off, and called from outside with a signature."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from agentry.triggers.signature import sign
from tests.integration.api.serving import Served, serving

pytestmark = pytest.mark.integration
HOOKED = """\
on: {webhook: {secret: HOOK, inputs: {who: "${{ event.body.name }}"}}}
inputs: {who: {type: string}}
tasks:
  - {id: greet, tool: echo, with: {text: "Hello ${{ inputs.who }}"}}
outputs: {said: "${{ tasks.greet.output.text }}"}
"""
SECRET = "a long enough secret"
BODY = json.dumps({"name": "Ada"}).encode()


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTRY_SECRET_HOOK", SECRET)


async def url_of(here: Served) -> str:
    (here.folder / "hooked.agentry.flow.yaml").write_text(HOOKED)
    answer = await here.client.put("/api/v1/flows/hooked/triggers", json={"enabled": True})
    [trigger] = answer.json()["triggers"]
    assert trigger["kind"] == "webhook"
    return str(trigger["url"])


def signed(named: str, body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    now = int(time.time())
    return {
        "content-type": "application/json",
        "webhook-id": named,
        "webhook-timestamp": str(now),
        "webhook-signature": sign(secret, named, now, body),
    }


async def test_a_signed_call_starts_one_run(tmp_path: Path) -> None:
    async with serving(tmp_path, token="t" * 32) as here:
        here.client.headers["authorization"] = f"Bearer {'t' * 32}"
        url = await url_of(here)
        outside = {"authorization": ""}
        first = await here.client.post(url, content=BODY, headers={**signed("m1"), **outside})
        again = await here.client.post(url, content=BODY, headers={**signed("m1"), **outside})
        assert (first.status_code, again.status_code) == (202, 202)
        assert first.json() == again.json()
        run = await here.until(str(first.json()["run_id"]), "completed")
        assert run["outputs"] == {"said": "Hello Ada"}


async def test_a_call_that_is_not_signed_right_starts_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        url = await url_of(here)
        for headers in (
            {"content-type": "application/json"},
            signed("m1", secret="another"),
            signed("m1", body=b"{}"),
        ):
            answer = await here.client.post(url, content=BODY, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature")
        runs = (await here.client.get("/api/v1/runs")).json()["runs"]
        assert runs == []


async def test_a_page_elsewhere_cannot_call(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        url = await url_of(here)
        headers = {**signed("m1"), "origin": "https://evil.example"}
        answer = await here.client.post(url, content=BODY, headers=headers)
        assert answer.status_code == 403


async def test_what_is_turned_off_is_not_there(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        url = await url_of(here)
        await here.client.put("/api/v1/flows/hooked/triggers", json={"enabled": False})
        answer = await here.client.post(url, content=BODY, headers=signed("m1"))
        assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature")
        none = await here.client.put("/api/v1/flows/hello/triggers", json={"enabled": True})
        assert (none.status_code, none.json()["error"]) == (409, "no_triggers")
