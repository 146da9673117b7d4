"""Nothing outside the folder is opened, listed or written, whatever lies inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentry.store.beneath import (
    OutsideFolder,
    files_beneath,
    open_beneath,
    read_beneath,
    write_beneath,
)

SECRET = b"secret"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "key").write_bytes(SECRET)
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a.txt").write_bytes(b"a")
    (root / "link").symlink_to(outside / "key")
    (root / "dirlink").symlink_to(outside)
    (root / "sub" / "up").symlink_to("../..")
    os.mkfifo(root / "pipe")
    return root


WAYS_OUT = [
    "../outside/key", "sub/../../outside/key", "link", "dirlink/key", "sub/up/outside/key",
    "/etc/passwd", "//etc/passwd", "", ".", "..", "sub", "sub/", "./sub/a.txt", "sub//a.txt",
    "sub/a.txt/", "pipe", "sub/a.txt\0.png", "nothing", "%2e%2e/outside/key",
]  # fmt: skip


@pytest.mark.parametrize("path", WAYS_OUT)
def test_no_path_leads_out(root: Path, path: str) -> None:
    with pytest.raises((OSError, ValueError)):
        os.close(open_beneath(root, path))


@pytest.mark.parametrize("path", [path for path in WAYS_OUT if path != "nothing"])
def test_nothing_is_written_outside(root: Path, path: str) -> None:
    with pytest.raises((OSError, ValueError)):
        write_beneath(root, path, b"changed")
    assert (root.parent / "outside" / "key").read_bytes() == SECRET


def test_files_inside_are_read_up_to_a_limit(root: Path) -> None:
    assert read_beneath(root, "sub/a.txt", 10)[0] == b"a"
    (root / "long").write_bytes(b"x" * 100)
    assert len(read_beneath(root, "long", 10)[0]) == 11


def test_a_folder_put_in_place_of_a_link_stays_inside(root: Path) -> None:
    with pytest.raises(NotADirectoryError):
        os.close(open_beneath(root, "dirlink/key"))


def test_only_plain_files_are_listed_in_order(root: Path) -> None:
    (root / "b").write_bytes(b"22")
    assert [(file.path, file.size) for file in files_beneath(root, 10)] == [
        ("b", 2),
        ("sub/a.txt", 1),
    ]
    assert len(files_beneath(root, 1)) == 1


def test_writing_is_all_or_nothing_and_keeps_the_mode(root: Path) -> None:
    file = root / "sub" / "a.txt"
    file.chmod(0o640)
    before = file.stat().st_ino
    status = write_beneath(root, "sub/a.txt", b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert file.stat().st_ino == status.st_ino != before
    assert sorted(os.listdir(root / "sub")) == ["a.txt", "up"]


def test_a_failed_write_leaves_the_old_file_and_no_remains(root: Path) -> None:
    (root / "folder").mkdir()
    with pytest.raises(OutsideFolder):
        write_beneath(root, "folder", b"x")
    assert not [name for name in os.listdir(root) if name.endswith(".tmp")]
