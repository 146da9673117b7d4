"""The built front end is served as files, its first page for deep links, and nothing else."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from agentry.api.errors import handlers
from agentry.api.ui import ui_routes

SCRIPT = "document.documentElement.dataset.theme = 'dark'"
INDEX = f"<!doctype html><script>{SCRIPT}</script><script src='/assets/app-1a.js'></script>"
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    ui = tmp_path / "_ui"
    (ui / "assets").mkdir(parents=True)
    (ui / "index.html").write_text(INDEX)
    (ui / "mark.svg").write_text("<svg/>")
    (ui / "assets" / "app-1a.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    (ui / "link.txt").symlink_to(tmp_path / "secret.txt")
    return ui


@pytest.fixture
def client(ui: Path) -> Iterator[TestClient[Litestar]]:
    app = Litestar(ui_routes(ui), openapi_config=None, exception_handlers=handlers(str))
    with TestClient(app) as client:
        yield client


def test_assets_are_kept_forever_and_the_page_is_asked_for_anew(
    client: TestClient[Litestar],
) -> None:
    asset = client.get("/assets/app-1a.js")
    assert asset.headers["content-type"].startswith("text/javascript")
    assert "immutable" in asset.headers["cache-control"]
    page = client.get("/")
    assert page.headers["cache-control"] == "no-cache"
    again = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/flows", "/flows/team.build", "/runs/run_1/x", "/x.js", "/link.txt", "/%2e%2e/x"]
)
def test_deep_links_get_the_first_page(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert (answer.status_code, answer.text) == (200, INDEX)


@pytest.mark.parametrize(
    "path",
    [
        "/assets/app-0.js", "/assets/", "/none.js", "/link.txt", "/../secret.txt",
        "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/a%00b",
    ],
)  # fmt: skip
def test_a_file_that_is_not_there_is_not_a_page(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path, headers={"Accept": "*/*"})
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")


@pytest.mark.parametrize("path", ["/api/v1/none", "/api/x", "/schema/x", "/schemas/none.json"])
def test_what_belongs_to_the_api_is_never_a_page(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_the_pages_own_scripts_pass_the_policy_by_their_hash(client: TestClient[Litestar]) -> None:
    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = client.get("/").headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}'" in policy
    assert "unsafe-eval" not in policy


def test_a_checkout_without_a_built_studio_says_how_to_build_it(tmp_path: Path) -> None:
    app = Litestar(ui_routes(tmp_path / "none"), openapi_config=None)
    with TestClient(app) as client:
        answer = client.get("/", headers=PAGE)
    assert answer.status_code == 503
    assert "make studio" in answer.text
