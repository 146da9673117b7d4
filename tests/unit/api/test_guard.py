"""The guard turns away what does not come from the studio's own page or its owner."""

from __future__ import annotations

import pytest

from agentry.api.guard import Seen, TokenNeeded, check_exposure, is_loopback, judge, name_of
from agentry.api.token import COOKIE, admits, cookie_value

TOKEN = "a-long-random-text-of-the-owner"
HERE = {"host": "127.0.0.1:8642"}
JSON = {"content-type": "application/json"}


def code(method: str, path: str, headers: dict[str, str], token: str | None = None) -> str | None:
    refusal = judge(Seen(method, path, headers), token)
    return None if refusal is None else refusal.code


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost", "LOCALHOST:1", "[::1]:8642"])
def test_this_machines_names_are_answered(host: str) -> None:
    assert code("GET", "/api/v1/runs", {"host": host}) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8642", "192.168.1.5",
        "127.0.0.1@evil.example", "evil.example#127.0.0.1", "", "[::1", "localhost:x", "a b",
        "localhost, evil.example", "127.0.0.1/x",
    ],
)  # fmt: skip
def test_a_rebound_or_broken_name_is_refused(host: str) -> None:
    assert code("GET", "/api/v1/runs", {"host": host}) in {"foreign_host", "bad_host"}


def test_no_host_at_all_is_refused() -> None:
    assert code("GET", "/", {}) == "bad_host"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:9999",
        "http://localhost:8642", "file://", "", "http://127.0.0.1:8642.evil.example",
        "javascript://127.0.0.1:8642", "http://x@127.0.0.1:8642", "http://[",
    ],
)  # fmt: skip
def test_another_origin_is_refused_whatever_it_asks(method: str, origin: str) -> None:
    headers = {**HERE, **JSON, "origin": origin}
    assert code(method, "/api/v1/runs", headers) == "foreign_origin"


def test_the_studios_own_page_may_do_everything() -> None:
    headers = {
        **HERE, **JSON, "origin": "http://127.0.0.1:8642", "sec-fetch-site": "same-origin"
    }  # fmt: skip
    assert code("POST", "/api/v1/flows/x/runs", headers) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_asked_for_without_an_origin_is_refused(site: str) -> None:
    image = {**HERE, "sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert code("GET", "/api/v1/runs/run_1/files/a.png", image) == "foreign_site"
    frame = {**image, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    assert code("GET", "/", frame) == "foreign_site"


def test_a_link_from_elsewhere_opens_a_page_but_not_the_api() -> None:
    link = {
        **HERE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }  # fmt: skip
    assert code("GET", "/flows/hello", link) is None
    assert code("GET", "/api/v1/runs", link) == "foreign_site"
    assert code("POST", "/flows/hello", {**link, **JSON}) == "foreign_site"


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; x=y"]
)
def test_bodies_that_a_plain_form_can_send_are_refused(kind: str) -> None:
    assert code("POST", "/api/v1/login", {**HERE, "content-type": kind}) == "not_json"


def test_a_request_without_a_body_needs_no_type() -> None:
    assert code("POST", "/api/v1/runs/run_1/cancel", {**HERE, "content-length": "0"}) is None


@pytest.mark.parametrize(
    "proof",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": TOKEN},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer wrong", "cookie": f"{COOKIE}={cookie_value(TOKEN)}"},
        {"cookie": f"{COOKIE}={TOKEN}"},
        {"cookie": f"{COOKIE}="},
        {"cookie": f"other={cookie_value(TOKEN)}"},
        {"cookie": f"{COOKIE}={cookie_value('another-token-of-somebody')}"},
    ],
)
def test_with_a_token_nothing_is_answered_without_it(proof: dict[str, str]) -> None:
    assert code("GET", "/api/v1/runs", {"host": "studio.lan", **proof}, TOKEN) == "token_needed"


@pytest.mark.parametrize(
    "proof",
    [
        {"authorization": f"Bearer {TOKEN}"},
        {"authorization": f"bearer {TOKEN}"},
        {"cookie": f"a=b; {COOKIE}={cookie_value(TOKEN)}"},
    ],
)
def test_the_token_opens_the_door_under_any_name(proof: dict[str, str]) -> None:
    assert code("GET", "/api/v1/runs", {"host": "studio.lan", **proof}, TOKEN) is None


def test_only_health_and_login_are_open_to_all() -> None:
    assert code("GET", "/api/v1/health", {"host": "studio.lan"}, TOKEN) is None
    assert code("POST", "/api/v1/login", {"host": "studio.lan", **JSON}, TOKEN) is None
    for path in ("/", "/assets/app.js", "/schema", "/api/v1/health/", "/api/v1/health/../runs"):
        assert code("GET", path, {"host": "studio.lan"}, TOKEN) == "token_needed"


def test_the_token_does_not_excuse_another_origin() -> None:
    headers = {
        "host": "studio.lan", "origin": "http://evil.example",
        "cookie": f"{COOKIE}={cookie_value(TOKEN)}",
    }  # fmt: skip
    assert code("GET", "/api/v1/feed", headers, TOKEN) == "foreign_origin"


def test_the_cookie_does_not_hold_the_token() -> None:
    assert TOKEN not in cookie_value(TOKEN)
    assert admits(TOKEN, None, cookie_value(TOKEN))
    assert not admits(TOKEN, None, cookie_value("other"))
    assert not admits(TOKEN, "Bearer täuschung", None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "studio.lan", ""])
@pytest.mark.parametrize("token", [None, "", "short"])
def test_it_will_not_listen_beyond_this_machine_without_a_good_token(
    host: str, token: str | None
) -> None:
    with pytest.raises(TokenNeeded) as refused:
        check_exposure(host, token)
    assert "AGENTRY_TOKEN" in refused.value.hint


def test_it_listens_on_this_machine_without_one() -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        assert is_loopback(host)
        check_exposure(host, None)
    check_exposure("0.0.0.0", TOKEN)


def test_names_in_host_headers_are_read_strictly() -> None:
    assert name_of("[::1]:80") == "::1"
    assert name_of("Studio.LAN:80") == "studio.lan"
    assert name_of("a/b") is None
