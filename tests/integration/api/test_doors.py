"""Every route there is, tried by those who must not come in; a new route is covered at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentry.api.openapi import document
from tests.integration.api.serving import serving

pytestmark = pytest.mark.integration
TOKEN = "a-long-random-text-of-the-owner"
SIGNED = {"/api/v1/hooks/x"}
OPEN = {"/api/v1/health", "/api/v1/login"}


def routes() -> Iterator[tuple[str, str]]:
    for path, methods in json.loads(document())["paths"].items():
        for method in methods:
            yield method.upper(), re.sub(r"\{\w+\}", "x", path)
    for path in ("/", "/flows/x", "/assets/x.js", "/schema", "/schemas/flow.schema.json"):
        yield "GET", path
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        yield method, "/api/v1/nothing"


ROUTES = sorted(routes())
FOREIGN = {
    "origin": {"Origin": "https://evil.example"},
    "opaque origin": {"Origin": "null"},
    "another port here": {"Origin": "http://127.0.0.1:1"},
    "rebound name": {"Host": "evil.example"},
    "image elsewhere": {
        "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image",
    },
}  # fmt: skip


def test_the_list_of_routes_is_the_whole_one() -> None:
    assert len(ROUTES) >= 24
    assert ("POST", "/api/v1/flows/x/runs") in ROUTES
    assert ("GET", "/api/v1/feed") in ROUTES


async def test_no_route_answers_a_stranger(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        for who, headers in FOREIGN.items():
            for method, path in ROUTES:
                answer = await here.client.request(
                    method, path, headers={"Content-Type": "application/json", **headers}
                )
                assert answer.status_code == 403, (who, method, path, answer.text)
                assert answer.json()["error"].startswith("foreign_")
        assert (await here.client.get("/api/v1/runs")).json()["runs"] == []


async def test_with_a_token_no_route_answers_without_it(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False, token=TOKEN) as here:
        for method, path in ROUTES:
            if path in OPEN:
                continue
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Cookie": "agentry_studio=x"}):
                json_type = {"Content-Type": "application/json"}
                answer = await here.client.request(method, path, headers=json_type | headers)
                assert answer.status_code == 401, (method, path, answer.text)
                if path not in SIGNED:
                    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_token_opens_every_route(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False, token=TOKEN) as here:
        owner = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        for method, path in ROUTES:
            if path in {"/api/v1/feed", *SIGNED}:
                continue
            answer = await here.client.request(method, path, headers=owner)
            assert answer.status_code not in (401, 403), (method, path, answer.text)


async def test_a_cookie_is_had_for_the_token_only(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False, token=TOKEN) as here:
        wrong = await here.client.post("/api/v1/login", json={"token": "wrong"})
        assert (wrong.status_code, wrong.json()["error"]) == (401, "wrong_token")
        assert "set-cookie" not in wrong.headers
        right = await here.client.post("/api/v1/login", json={"token": TOKEN})
        assert right.status_code == 204
        cookie = right.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert TOKEN not in cookie
        assert (await here.client.get("/api/v1/runs")).status_code == 200


async def test_without_a_token_setting_no_login_succeeds(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        answer = await here.client.post("/api/v1/login", json={"token": ""})
    assert answer.status_code == 401


async def test_a_browser_without_the_token_gets_a_page_to_log_in(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False, token=TOKEN) as here:
        answer = await here.client.get("/flows/hello", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 401
    assert "<form>" in answer.text
    assert "'sha256-" in answer.headers["content-security-policy"]


async def test_every_answer_carries_the_security_headers(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        for method, path in [*ROUTES, ("GET", "/api/v1/nothing"), ("TRACE", "/")]:
            if path == "/api/v1/feed":
                continue
            answer = await here.client.request(method, path)
            headers = answer.headers
            assert headers["x-content-type-options"] == "nosniff", (method, path)
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "frame-ancestors" in headers["content-security-policy"]
            assert "server" not in headers
            assert "access-control-allow-origin" not in headers


async def test_forms_are_not_bodies(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = await here.client.post(
                "/api/v1/flows/hello/runs",
                content=b'{"inputs": {"who": "you"}}',
                headers={"Content-Type": kind},
            )
            assert (answer.status_code, answer.json()["error"]) == (415, "not_json")
        assert (await here.client.get("/api/v1/runs")).json()["runs"] == []
