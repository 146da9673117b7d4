"""Files of a run's workspace are data: listed, read, boxed in, and nothing beside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.api.serving import Served, serving

pytestmark = pytest.mark.integration


async def workspace(here: Served) -> tuple[str, Path]:
    run_id = await here.start(who="you")
    root = here.studio.settings.home / "runs" / run_id / "workspace"
    (root / "sub").mkdir(parents=True, exist_ok=True)
    (root / "report.html").write_text("<script>alert(1)</script>")
    (root / "sub" / "chärt 1.svg").write_text("<svg/>")
    (root / "data.bin").write_bytes(bytes(range(256)) * 1000)
    (root / "key").symlink_to(root.parents[2] / "agentry.db")
    (root / "up").symlink_to("../..")
    os.mkfifo(root / "pipe")
    return run_id, root


async def test_plain_files_are_listed(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        run_id, root = await workspace(here)
        files = (await here.client.get(f"/api/v1/runs/{run_id}/files")).json()["files"]
    assert [file["path"] for file in files] == ["data.bin", "report.html", "sub/chärt 1.svg"]
    assert files[0]["bytes"] == 256_000
    assert files[1]["modified_at"] == (root / "report.html").stat().st_mtime_ns // 1_000_000


async def test_a_run_without_files_has_an_empty_list(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        run_id = await here.start(who="you")
        assert (await here.client.get(f"/api/v1/runs/{run_id}/files")).json() == {"files": []}


async def test_a_page_that_a_tool_wrote_cannot_script_the_studio(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        run_id, _ = await workspace(here)
        answer = await here.client.get(f"/api/v1/runs/{run_id}/files/report.html")
    assert answer.text == "<script>alert(1)</script>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_bytes_come_whole_and_can_be_kept(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        run_id, root = await workspace(here)
        url = f"/api/v1/runs/{run_id}/files"
        raw = await here.client.get(f"{url}/data.bin")
        kept = await here.client.get(f"{url}/sub/chärt 1.svg?download=1")
    assert raw.content == (root / "data.bin").read_bytes()
    assert raw.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-type"] == "image/svg+xml"
    assert kept.headers["content-disposition"] == "attachment; filename*=UTF-8''ch%C3%A4rt%201.svg"


WAYS_OUT = [
    "../../agentry.db",
    "..%2f..%2fagentry.db",
    "%2e%2e/%2e%2e/agentry.db",
    "key",
    "up/x",
    "up%2f..%2fagentry.db",
    "sub/../../../agentry.db",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "sub",
    "sub/",
    "pipe",
    "none",
    "report.html%00.png",
    "..%5c..%5cagentry.db",
]


async def test_no_path_leads_out_of_the_workspace(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        run_id, _ = await workspace(here)
        for path in WAYS_OUT:
            answer = await here.client.get(f"/api/v1/runs/{run_id}/files/{path}")
            assert answer.status_code == 404, (path, answer.text)
            assert b"SQLite" not in answer.content


MADE_UP = ["..", "%2e%2e", "..%2f..", "none", "%00"]


async def test_a_made_up_run_is_no_folder(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        for run_id in MADE_UP:
            answer = await here.client.get(f"/api/v1/runs/{run_id}/files/agentry.db")
            assert answer.status_code == 404, (run_id, answer.text)
