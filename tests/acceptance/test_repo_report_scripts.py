"""The programs inside flows/repo-report, run as they stand: only the two folders are put in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance import repository
from tests.acceptance.repository import Repository

pytestmark = pytest.mark.integration

FLOW = Path(__file__).parents[2] / "flows/repo-report/.agentry.flow.yaml"
NOW_MS = 1767225600_000  # 2026-01-01


@dataclass
class Report:
    """What the programs left behind."""

    churn: dict[str, Any]
    hot_spots: dict[str, Any]
    contributors: dict[str, Any]
    html: str
    markdown: str

    def numbers(self) -> dict[str, int]:
        keys = ("commits", "merges", "files", "lines_added", "lines_deleted")
        return {
            **{key: self.churn[key] for key in keys},
            "contributors": self.contributors["contributors"],
        }


def programs() -> dict[str, str]:
    """Return the code of each task of the flow by its id."""
    found: dict[str, str] = {}

    def look(tasks: list[dict[str, Any]]) -> None:
        for task in tasks:
            given: dict[str, str] = task.get("with", {})
            found[task["id"]] = given.get("code") or given.get("content", "")
            look(task.get("parallel", []))

    look(yaml.safe_load(FLOW.read_text())["tasks"])
    return found


def program(code: str, repo: Path, workspace: Path) -> subprocess.CompletedProcess[str]:
    put_in = code.replace("/inputs/repo", str(repo)).replace("/workspace", str(workspace))
    return subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", put_in],
        capture_output=True,
        text=True,
        check=False,
    )


def run_all(repo: Path, workspace: Path, since_days: int = 0) -> Report:
    code = programs()
    settings = json.dumps({"repo": str(repo), "since_days": since_days, "now_ms": NOW_MS})
    start = code["prepare"].index("SETTINGS = ")
    end = code["prepare"].index("\n", start)
    reader = f"{code['prepare'][:start]}SETTINGS = {settings}{code['prepare'][end:]}"
    (workspace / "lib").mkdir(parents=True)
    (workspace / "lib/history.py").write_text(
        reader.replace("/inputs/repo", str(repo)).replace("/workspace", str(workspace))
    )
    (workspace / "draft.md").write_text("All <i>well</i>.\n\n- one\n- two\n")
    for name in ("churn", "hot_spots", "contributors", "render"):
        done = program(code[name], repo, workspace)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout) < 2000
        json.loads(done.stdout)

    def read(name: str) -> dict[str, Any]:
        return json.loads((workspace / f"{name}.json").read_text())

    return Report(
        read("churn"),
        read("hot_spots"),
        read("contributors"),
        (workspace / "report.html").read_text(),
        (workspace / "report.md").read_text(),
    )


def test_numbers_are_those_of_plain_git(tmp_path: Path) -> None:
    repo = repository.make(tmp_path / "repo")
    report = run_all(repo.root, tmp_path / "ws")
    assert report.numbers() == repository.plain_numbers(repo)
    assert report.churn["merges"] == 1
    assert report.churn["binary_changes"] == 2


def test_a_renamed_file_is_one_hot_spot_under_its_name_of_today(tmp_path: Path) -> None:
    repo = repository.make(tmp_path / "repo")
    spots = {spot["path"]: spot for spot in run_all(repo.root, tmp_path / "ws").hot_spots["spots"]}
    assert spots["src/boiler.py"]["commits"] == 4
    assert spots["src/boiler.py"]["people"] == 3
    assert spots.keys() == {"README.md", "src/boiler.py", "src/lid.py", "a logo.png"}


def test_only_the_days_asked_for_are_counted(tmp_path: Path) -> None:
    repo = repository.make(tmp_path / "repo")  # eight days from 2025-01-02 on, a year before NOW_MS
    report = run_all(repo.root, tmp_path / "ws", since_days=365 - 5)
    assert report.churn["commits"] == int(
        repo.git("rev-list", "--count", "--since=2025-01-06T00:00:00Z", "HEAD")
    )
    assert 0 < report.churn["commits"] < repository.plain_numbers(repo)["commits"]


def without_commits(repo: Repository) -> None:
    repo.root.mkdir()
    repo.git("init", "--quiet")


def with_odd_names(repo: Repository) -> None:
    repo.root.mkdir()
    repo.git("init", "--quiet")
    repo.write(b"caf\xe9.txt", "latin-1\n")
    repo.write("tab\tand\nnewline.txt", "x\n")
    repo.write("<script>alert(1)</script>|`.md", "x\n")
    repo.write("\x01\x02 $title ${{ x }}.txt", "x\n")
    repo.commit("odd", "<b>Eve</b> | & co <eve@example.org>")


def with_odd_settings(repo: Repository) -> None:
    repository.make(repo.root)
    for key, value in {
        "log.showSignature": "true",
        "diff.external": "/bin/false",
        "diff.renames": "false",
        "core.quotePath": "true",
        "format.pretty": "fuller",
    }.items():
        repo.git("config", key, value)


@pytest.mark.parametrize("shape", [without_commits, with_odd_names, with_odd_settings])
def test_any_repository_gives_a_whole_report(
    tmp_path: Path, shape: Callable[[Repository], None]
) -> None:
    repo = Repository(tmp_path / "repo")
    shape(repo)
    report = run_all(repo.root, tmp_path / "ws")
    assert_is_whole(report.html)
    assert "<script" not in report.html
    assert "<i>well" not in report.html
    if shape is without_commits:
        assert set(report.numbers().values()) == {0}
    if shape is with_odd_names:
        assert report.churn["files"] == 4


def test_a_shallow_clone_says_that_it_is_one(tmp_path: Path) -> None:
    repo = repository.make(tmp_path / "repo")
    repo.git("clone", "--quiet", "--depth=2", f"file://{repo.root}", str(tmp_path / "shallow"))
    report = run_all(tmp_path / "shallow", tmp_path / "ws")
    assert report.churn["shallow"]
    assert "shallow clone" in report.markdown


def test_a_folder_without_history_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/history.py").write_text(
        programs()["prepare"].replace("/inputs/repo", str(tmp_path)).split("SETTINGS", 1)[0]
        + 'SETTINGS = {"repo": "", "since_days": 0, "now_ms": 0}\n'
        + programs()["prepare"].replace("/inputs/repo", str(tmp_path)).split("}}\n", 1)[1]
    )
    done = program(programs()["churn"], tmp_path, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("This folder has no git history that can be read: ")
    assert "Traceback" not in done.stderr


class Outside(HTMLParser):
    """Collects every attribute that would make a browser fetch something, and unclosed tags."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [name for name, _ in attrs if name in {"src", "href", "action", "data"}]
        if tag not in {"meta", "rect", "line"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"rect", "line"}:
            assert self.open.pop() == tag


def assert_is_whole(page: str) -> None:
    reader = Outside()
    reader.feed(page)
    reader.close()
    assert reader.fetched == []
    assert reader.open == []
    assert "url(" not in page
    assert "@import" not in page
