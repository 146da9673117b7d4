"""The library finds, reads and writes flows as plain files, and loses nothing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from agentry.base.errors import BadRequest, NotFound
from agentry.store import flows
from agentry.store.flowfiles import FlowExists, FlowUnreadable, FolderUnreadable, StaleRevision
from agentry.store.flows import FlowLibrary
from agentry.store.trouble import DiskFull

HELLO = "name: Hello\ntasks:\n  - {id: a, tool: echo, with: {x: 1}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    (folder / "team" / "build").mkdir(parents=True)
    (folder / "hello.agentry.flow.yaml").write_text(HELLO)
    (folder / "team" / "build" / ".agentry.flow.yaml").write_text("tasks: []\n")
    (folder / "team" / "deploy.agentry.flow.yaml").write_text("tasks: [\n")
    (folder / "notes.yaml").write_text("x: 1")
    return folder


def test_flows_are_named_by_their_place(folder: Path) -> None:
    assert [(flow.name, flow.path) for flow in FlowLibrary(folder).list()] == [
        ("hello", "hello.agentry.flow.yaml"),
        ("team.build", "team/build/.agentry.flow.yaml"),
        ("team.deploy", "team/deploy.agentry.flow.yaml"),
    ]


def test_a_flow_is_read_with_its_title_folder_and_findings(folder: Path) -> None:
    library = FlowLibrary(folder)
    hello = library.read("hello")
    assert (hello.title, hello.base, hello.text) == ("Hello", folder, HELLO)
    assert hello.reading.ok
    assert len(hello.revision) == 12
    assert library.read("team.build").title == "build"
    assert not library.read("team.deploy").reading.ok


def test_a_folder_that_is_itself_a_flow_is_named_after_itself(folder: Path) -> None:
    assert [flow.name for flow in FlowLibrary(folder / "team" / "build").list()] == ["build"]


def test_two_places_with_one_name_stay_apart(folder: Path) -> None:
    (folder / "team.build.agentry.flow.yaml").write_text(HELLO)
    (folder / "validate.agentry.flow.yaml").write_text(HELLO)
    library = FlowLibrary(folder)
    names = [flow.name for flow in library.list()]
    assert names == ["hello", "team.build", "team.build~2", "team.deploy", "validate~2"]
    assert {library.read(name).path for name in names} == {flow.path for flow in library.list()}


@pytest.mark.parametrize(
    "name",
    ["../secret", "..", "/etc/passwd", "team/build", "hello.agentry.flow.yaml", "", "linked", "in"],
)
def test_only_listed_flows_can_be_read(folder: Path, name: str) -> None:
    outside = folder.parent / "secret.agentry.flow.yaml"
    outside.write_text(HELLO)
    (folder / "linked.agentry.flow.yaml").symlink_to(outside)
    (folder / "in").symlink_to(folder.parent)
    with pytest.raises(NotFound):
        FlowLibrary(folder).read(name)


@pytest.mark.parametrize(
    ("content", "why"), [(b"name: \xff\n", "UTF-8"), (b"#" * 4_000_001, "longer than 4 MB")]
)
def test_an_unreadable_flow_is_listed_with_its_problem(
    folder: Path, content: bytes, why: str
) -> None:
    (folder / "odd.agentry.flow.yaml").write_bytes(content)
    library = FlowLibrary(folder)
    odd = next(flow for flow in library.list() if flow.name == "odd")
    assert why in (odd.problem or "")
    assert (odd.text, odd.revision) == ("", "")
    with pytest.raises(FlowUnreadable, match="cannot be read"):
        library.read("odd")
    with pytest.raises(FlowUnreadable):
        library.write("odd", HELLO, if_match="")


def test_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FolderUnreadable, match="cannot be read"):
        FlowLibrary(tmp_path / "none").list()


def test_saving_gives_exactly_the_bytes(folder: Path) -> None:
    library = FlowLibrary(folder)
    text = "# ü €\r\nname:   x  # kept\r\n\ttab"
    saved = library.write("hello", text, if_match=library.read("hello").revision)
    assert saved.file.read_bytes() == text.encode()
    assert library.read("hello") == saved
    assert FlowLibrary(folder).read("hello").revision == saved.revision


@pytest.mark.parametrize("base", [None, "", "000000000000", "*"])
def test_a_stale_base_is_refused_and_shows_what_is_there(folder: Path, base: str | None) -> None:
    library = FlowLibrary(folder)
    with pytest.raises(StaleRevision) as stale:
        library.write("hello", "name: mine\n", if_match=base)
    assert stale.value.current.text == HELLO
    assert (folder / "hello.agentry.flow.yaml").read_text() == HELLO


def test_a_change_by_another_program_is_seen(folder: Path) -> None:
    library = FlowLibrary(folder)
    before = library.read("hello")
    before.file.write_text(HELLO.replace("Hello", "Other"))
    os.utime(before.file, ns=(1, 1))
    assert library.read("hello").title == "Other"
    with pytest.raises(StaleRevision):
        library.write("hello", HELLO, if_match=before.revision)
    before.file.unlink()
    with pytest.raises(NotFound):
        library.read("hello")
    assert "hello" not in [flow.name for flow in library.list()]


def test_a_new_flow_lands_in_the_folder(folder: Path) -> None:
    library = FlowLibrary(folder)
    made = library.write("nightly.report-2", HELLO, if_match=None, create=True)
    assert made.path == "nightly.report-2.agentry.flow.yaml"
    assert library.read("nightly.report-2").text == HELLO
    assert "nightly.report-2" in [flow.name for flow in library.list()]


@pytest.mark.parametrize("name", ["hello", "team.build"])
def test_a_new_flow_never_replaces_another(folder: Path, name: str) -> None:
    with pytest.raises(FlowExists):
        FlowLibrary(folder).write(name, "x: 1", if_match=None, create=True)


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "", ".", "..", ".hidden", "a..b", "a\0b", "x" * 200, "validate", "a\n"]
)
def test_a_new_flow_needs_a_plain_name(folder: Path, name: str) -> None:
    with pytest.raises(BadRequest):
        FlowLibrary(folder).write(name, HELLO, if_match=None, create=True)
    assert sorted(os.listdir(folder.parent)) == ["flows"]


def test_a_full_disk_is_one_sentence_and_keeps_the_old_text(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(root: Path, path: str, content: bytes) -> os.stat_result:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(flows, "write_beneath", full)
    library = FlowLibrary(folder)
    with pytest.raises(DiskFull):
        library.write("hello", "x: 1", if_match=library.read("hello").revision)
    assert library.read("hello").text == HELLO


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("hello", "hello.agentry.layout.json"),
        ("team.build", "team/build/.agentry.layout.json"),
    ],
)
def test_places_of_cards_lie_beside_the_flow(folder: Path, name: str, file: str) -> None:
    library = FlowLibrary(folder)
    assert library.layout(name) == {}
    library.write_layout(name, {"b": {"x": 1.5, "y": -2}, "a/c": {"x": 0, "y": 0}})
    assert library.layout(name) == {"a/c": {"x": 0, "y": 0}, "b": {"x": 1.5, "y": -2}}
    assert (folder / file).read_text().startswith('{\n  "version": 1')
    assert library.read("hello").text == HELLO


@pytest.mark.parametrize(
    "content", ["", "[1]", "{", '{"positions": 1}', '{"positions": {"a": {"x": "1", "y": 2}}}',
                '{"positions": {"a": {"x": NaN, "y": 1}}}', "[" * 100_000, "\xff"],
)  # fmt: skip
def test_a_broken_layout_counts_as_none(folder: Path, content: str) -> None:
    (folder / "hello.agentry.layout.json").write_bytes(content.encode("latin-1"))
    assert FlowLibrary(folder).layout("hello") == {}
