"""The file tools stay below their folder, whatever the path says and whatever lies there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentry.base.errors import AgentryError
from agentry.sandbox.files import Files
from agentry.tools.port import CallContext, Mount


@pytest.fixture
def context(tmp_path: Path) -> CallContext:
    workspace = tmp_path / "run/workspace"
    workspace.mkdir(parents=True)
    lent = tmp_path / "lent"
    (lent / "sub").mkdir(parents=True)
    (lent / "sub/read.me").write_text("lent")
    (tmp_path / "secret").write_text("secret")
    (workspace / "a").mkdir()
    (workspace / "a/b.txt").write_text("b")
    (workspace / "out").symlink_to(tmp_path)
    (workspace / "secret").symlink_to(tmp_path / "secret")
    os.mkfifo(workspace / "pipe")
    return CallContext("r", "t", "c", workspace, mounts=(Mount("docs", lent),))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a/b.txt", "b"),
        ("./a//b.txt", "b"),
        ("/workspace/a/b.txt", "b"),
        ("/inputs/docs/sub/read.me", "lent"),
    ],
)
def test_files_are_read(context: CallContext, path: str, text: str) -> None:
    assert Files().read({"path": path}, context) == text


@pytest.mark.parametrize(
    "path",
    [
        *("../secret", "a/../../secret", "/etc/passwd", "/", ".", "", "a", "secret", "out/secret"),
        *("pipe", "a/b.txt/c", "missing", "a\0b", "/inputs/other/x", "/inputs/docs/../x"),
        *("/inputs", "/inputs/", "/inputs/docs", "/workspace/../secret", "/workspacex", "~/x"),
    ],
)
def test_no_other_path_is_read(context: CallContext, path: str) -> None:
    with pytest.raises(AgentryError) as said:
        Files().read({"path": path}, context)
    assert said.value.code in {"path_refused", "file_not_found"}


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "out/x", "a/../../x", "a", "", "/inputs/docs/x", "/workspace", "pipe/x"],
)
def test_no_other_path_is_written(context: CallContext, tmp_path: Path, path: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(AgentryError) as said:
        Files().write({"path": path, "content": "evil"}, context)
    assert said.value.code == "path_refused"
    assert [
        path for path in sorted(tmp_path.rglob("*")) if path.name != ".workspace.lock"
    ] == before


def test_writing_over_a_link_replaces_the_link(context: CallContext, tmp_path: Path) -> None:
    Files().write({"path": "secret", "content": "mine"}, context)
    assert (tmp_path / "secret").read_text() == "secret"
    assert (context.workspace / "secret").read_text() == "mine"


def test_folders_are_made_and_old_files_replaced(context: CallContext) -> None:
    for content in ("first", "second"):
        said = Files().write({"path": "x/y/z.txt", "content": content}, context)
        assert said == {"path": "x/y/z.txt", "bytes": len(content)}
    assert (context.workspace / "x/y/z.txt").read_text() == "second"
    assert [path.name for path in (context.workspace / "x/y").iterdir()] == ["z.txt"]


def test_a_large_file_is_refused_with_a_way_out(context: CallContext) -> None:
    (context.workspace / "big").write_bytes(b"x" * (1024 * 1024 + 1))
    with pytest.raises(AgentryError, match="at most") as said:
        Files().read({"path": "big"}, context)
    assert "shell" in said.value.hint


def test_listing_follows_no_link(context: CallContext) -> None:
    listed = Files().list({}, context)
    assert isinstance(listed, dict)
    assert listed["files"] == [
        {"path": "a", "kind": "folder", "bytes": (context.workspace / "a").stat().st_size},
        {"path": "a/b.txt", "kind": "file", "bytes": 1},
        {"path": "out", "kind": "link", "bytes": (context.workspace / "out").lstat().st_size},
        {"path": "pipe", "kind": "file", "bytes": 0},
        {"path": "secret", "kind": "link", "bytes": (context.workspace / "secret").lstat().st_size},
    ]


def test_a_lent_folder_is_listed_as_programs_see_it(context: CallContext) -> None:
    listed = Files().list({"path": "/inputs/docs/sub"}, context)
    assert listed == {
        "files": [{"path": "/inputs/docs/sub/read.me", "kind": "file", "bytes": 4}],
        "truncated": False,
    }


def test_hidden_folders_are_not_there(context: CallContext, tmp_path: Path) -> None:
    files = Files(hidden=(tmp_path / "lent/sub",))
    assert files.list({"path": "/inputs/docs"}, context) == {"files": [], "truncated": False}
    with pytest.raises(AgentryError):
        files.read({"path": "/inputs/docs/sub/read.me"}, context)
