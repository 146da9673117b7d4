"""The sample does real work: its numbers are those of plain git, its files are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import product, repository
from tests.acceptance.product import Studio

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("sandbox")]

FLOW = str(product.ROOT / "flows/repo-report")


def test_the_command_gives_the_numbers_of_plain_git(tmp_path: Path) -> None:
    repo = repository.make(tmp_path / "repo")
    trace = tmp_path / "trace.jsonl"
    done = product.cli(
        *("run", FLOW, "-i", f"repo={repo.root}", "--yes", "--json", "--trace", str(trace)),
        home=tmp_path / "home",
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["status"] == "completed"
    assert result["error"] is None
    expected = repository.plain_numbers(repo)
    assert {key: result["outputs"][key] for key in expected} == expected
    assert result["usage"].keys() == {"input_tokens", "output_tokens", "cost_usd"}
    assert result["usage"]["output_tokens"] > 0
    assert result["duration_s"] > 0
    assert_is_a_trace(trace.read_text(), result["run_id"])


def assert_is_a_trace(text: str, run_id: str) -> None:
    header, *events, trailer = (json.loads(line) for line in text.splitlines())
    assert header["kind"] == "header"
    assert header["plan"]
    assert trailer["kind"] == "trailer"
    assert {event["run_id"] for event in events} == {run_id}
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "run.accepted"
    assert events[-1]["type"] == "run.completed"


def test_the_default_is_the_checkout_itself(tmp_path: Path) -> None:
    done = product.cli("run", FLOW, "--yes", "--json", home=tmp_path / "home")
    if not (product.ROOT / ".git").exists():
        pytest.skip("this copy of the sources is not a git checkout")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outputs"]["commits"] > 0


def test_the_studio_shows_the_report_after_a_person_approved(tmp_path: Path) -> None:
    repo = repository.make(tmp_path / "repo")
    with Studio(tmp_path / "home", product.ROOT / "flows") as studio:
        run_id = studio.run("repo-report", {"repo": str(repo.root)})
        product.wait_for("the question", lambda: studio.status(run_id) == "waiting")
        before = {file["path"] for file in studio.get(f"runs/{run_id}/files")["files"]}
        assert "report.html" not in before
        run = studio.finish(run_id)
        assert run["status"] == "completed", run["error"]
        page = studio.file(run_id, run["outputs"]["report"]).decode()
        assert "<svg" in page
        assert run["outputs"]["summary"].splitlines()[0] in page.replace("&#x27;", "'")
        assert studio.file(run_id, "report.md").decode().startswith("# repo\n")
        assert repo.git("status", "--porcelain") == ""
        assert studio.stop() in {0, 130}


def test_hello_completes_without_a_question(tmp_path: Path) -> None:
    done = product.cli(
        *("run", str(product.ROOT / "flows/hello"), "-i", "who=Ada", "--json"),
        home=tmp_path / "home",
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["status"] == "completed"
    assert result["outputs"]["greeting"].startswith("Hello, Ada!")
