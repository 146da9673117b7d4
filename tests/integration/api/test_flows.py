"""Flows over HTTP: what is saved is what was meant, and nothing is overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.api.serving import BROKEN, HELLO, serving

pytestmark = pytest.mark.integration
URL = "/api/v1/flows"


async def test_the_list_says_how_each_flow_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        await here.until(await here.start(who="you"), "completed")
        flows = {item["name"]: item for item in (await here.client.get(URL)).json()["flows"]}
    assert list(flows) == ["asking", "broken", "failing", "hello"]
    assert flows["broken"]["errors"] >= 1
    hello = flows["hello"]
    assert (hello["title"], hello["errors"], hello["problem"]) == ("Hello", 0, None)
    assert hello["last_run"]["status"] == "completed"
    assert [run["status"] for run in hello["recent"]] == ["completed"]


async def test_a_broken_flow_is_read_with_its_findings(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        found = (await here.client.get(f"{URL}/broken")).json()
        fine = (await here.client.get(f"{URL}/hello")).json()
    assert found["text"] == BROKEN
    assert found["diagnostics"][0]["span"]["line"] == 2
    assert fine["graph"]["vertices"][0]["path"] == "greet"
    assert fine["inputs"] == {"who": {"type": "string"}}


async def test_saving_needs_the_revision_it_was_made_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        put = here.client.put
        opened = await here.client.get(f"{URL}/hello")
        mine, other = {"text": HELLO + "# mine\n"}, {"text": HELLO + "# other\n"}
        blind = await put(f"{URL}/hello", json=mine)
        assert (blind.status_code, blind.json()["error"]) == (428, "revision_needed")

        tag = opened.headers["etag"]
        saved = await put(f"{URL}/hello", json=mine, headers={"If-Match": tag})
        assert saved.status_code == 200
        assert saved.json()["revision"] != opened.json()["revision"]

        stale = await put(f"{URL}/hello", json=other, headers={"If-Match": tag})
        assert (stale.status_code, stale.json()["error"]) == (409, "stale_revision")
        assert stale.json()["current"] == {
            "text": mine["text"],
            "revision": saved.json()["revision"],
        }
        assert (here.folder / "hello.agentry.flow.yaml").read_text() == mine["text"]


async def test_a_new_flow_is_made_once(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        headers = {"If-None-Match": "*"}
        made = await here.client.put(f"{URL}/fresh", json={"text": HELLO}, headers=headers)
        again = await here.client.put(f"{URL}/fresh", json={"text": "x: 1"}, headers=headers)
        assert (made.status_code, again.status_code) == (200, 409)
        assert again.json()["error"] == "flow_exists"
        assert (here.folder / "fresh.agentry.flow.yaml").read_text() == HELLO


ELSEWHERE = [
    "..%2f..%2fhome%2fagentry",
    "%2e%2e",
    "..%5c..",
    "%2fetc%2fpasswd",
    "team%2fx",
    "a%00b",
    "....%2f%2f",
    ".hidden",
    "none",
]


async def test_names_lead_nowhere_else(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        for name in ELSEWHERE:
            url, body = f"{URL}/{name}", {"text": "x"}
            read = await here.client.get(url)
            written = await here.client.put(url, json=body, headers={"If-Match": '"0"'})
            started = await here.client.post(f"{url}/runs", json={"inputs": {}})
            for answer in (read, written, started):
                assert answer.status_code in (400, 404, 405), (name, answer.text)
                assert set(answer.json()) >= {"error", "detail", "hint"}
    assert set(os.listdir(tmp_path)) == {"flows", "home"}


async def test_a_text_is_checked_without_being_stored(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        before = sorted(here.folder.rglob("*"))
        answer = await here.client.post(f"{URL}/validate", json={"text": BROKEN, "name": "x"})
        fine = await here.client.post(f"{URL}/validate", json={"text": HELLO})
        assert answer.status_code == 200
        assert (answer.json()["ok"], fine.json()["ok"]) == (False, True)
        assert fine.json()["graph"]["name"] == "Hello"
        assert sorted(here.folder.rglob("*")) == before


async def test_places_of_cards_are_kept_beside_the_flow(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        places = {"greet": {"x": 10.5, "y": -3.0}}
        put = await here.client.put(f"{URL}/hello/layout", json={"positions": places})
        assert put.status_code == 200
        assert (await here.client.get(f"{URL}/hello")).json()["layout"] == places
        assert (here.folder / "hello.agentry.layout.json").exists()


BAD_BODIES = [
    (b"", "body"),
    (b"{", "body"),
    (b"[]", "body"),
    (b'{"text": 1}', "text"),
    (b'{"text": "x", "definition": {}}', "definition"),
    (b"{}", "text"),
    (b'{"text": "' + b"x" * 1_000_001 + b'"}', "text"),
    (b'{"text": "\xff"}', "body"),
]


async def test_bad_bodies_are_one_clear_sentence(tmp_path: Path) -> None:
    headers = {"Content-Type": "application/json", "If-Match": '"0"'}
    async with serving(tmp_path) as here:
        for body, says in BAD_BODIES:
            answer = await here.client.put(f"{URL}/hello", content=body, headers=headers)
            assert answer.status_code == 400, (body[:40], answer.text)
            problem = answer.json()
            assert set(problem) == {"error", "detail", "hint"}
            assert says in problem["detail"]
            assert problem["detail"].endswith(".")
            assert "Traceback" not in answer.text
            assert "pydantic" not in answer.text


async def test_a_body_that_is_too_large_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        answer = await here.client.post(f"{URL}/validate", json={"text": "x" * 6_000_000})
    assert answer.status_code == 413
    assert answer.json()["error"] == "request_entity_too_large"
