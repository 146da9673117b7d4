"""What a call did to its copy is found, judged and applied: once, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agentry.sandbox import workspace as workspace_module
from agentry.sandbox.changes import (
    ChangeRefused,
    Changes,
    MassDeleteHeld,
    find_changes,
    hold_mass_delete,
    list_tree,
)
from agentry.sandbox.commit import apply
from agentry.sandbox.ending import write
from agentry.sandbox.workspace import CallFolder, TakenOver
from agentry.tools.port import CallContext, CallResult

GOOD = CallResult(True, {"exit_code": 0}, sandbox={"backend": "test"})


@pytest.fixture
def context(tmp_path: Path) -> CallContext:
    (tmp_path / "workspace").mkdir()
    return CallContext("run_1", "task", "task#1/call-0", tmp_path / "workspace")


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def started(context: CallContext) -> CallFolder:
    folder = CallFolder(context)
    folder.prepare()
    folder.remember()
    return folder


def test_only_what_changed_is_applied(context: CallContext) -> None:
    for name in ("same", "changed", "gone", "meanwhile"):
        (context.workspace / name).write_text("old")
    call = started(context)
    (call.tree / "changed").write_text("new")
    (call.tree / "gone").unlink()
    (call.tree / "new/deep").mkdir(parents=True)
    (call.tree / "new/deep/file").write_text("new")
    (context.workspace / "meanwhile").write_text("by another call")
    done = call.finish(GOOD)
    assert done.files == ("changed", "new/deep/file")
    assert files(context.workspace) == {
        "same": "old",
        "changed": "new",
        "meanwhile": "by another call",
        "new/deep/file": "new",
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [("file", "folder"), ("folder", "file"), ("file", "link"), ("link", "file")],
)
def test_a_file_may_become_something_else(context: CallContext, before: str, after: str) -> None:
    make: dict[str, Callable[[Path], object]] = {
        "file": lambda path: path.write_text(path.name),
        "folder": lambda path: (path.mkdir(), (path / "in").write_text("in")),
        "link": lambda path: path.symlink_to("other"),
    }
    (context.workspace / "other").write_text("other")
    make[before](context.workspace / "thing")
    call = started(context)
    thing = call.tree / "thing"
    if before == "folder":
        (thing / "in").unlink()
        thing.rmdir()
    else:
        thing.unlink()
    make[after](thing)
    done = call.finish(GOOD)
    assert done.ok, done.message
    found = context.workspace / "thing"
    assert (found.is_symlink(), found.is_dir()) == (after == "link", after == "folder")


@pytest.mark.parametrize(
    ("files_before", "deleted", "held"),
    [
        (1, 1, True),  # everything
        (3, 3, True),
        (10, 4, False),  # a large share, but few
        (10, 5, True),
        (100, 30, False),
        (100, 31, True),  # more than 30 %
        (1000, 50, False),
        (1000, 51, True),  # more than 50
    ],
)
def test_mass_deletion_is_held(tmp_path: Path, files_before: int, deleted: int, held: bool) -> None:
    for number in range(files_before):
        (tmp_path / str(number)).write_text("x")
    before = list_tree(tmp_path)
    for number in range(deleted):
        (tmp_path / str(number)).unlink()
    after = list_tree(tmp_path)
    if held:
        with pytest.raises(MassDeleteHeld, match=f"deleted {deleted} of {files_before} files"):
            hold_mass_delete(before, after)
    else:
        hold_mass_delete(before, after)


def test_an_empty_workspace_has_nothing_to_hold(tmp_path: Path) -> None:
    hold_mass_delete(list_tree(tmp_path), list_tree(tmp_path))


@pytest.mark.parametrize(
    ("place", "target", "refused"),
    [
        ("link", "a/b", False),
        ("d/link", "../a", False),
        ("link", "../a", True),
        ("d/link", "../../a", True),
        ("link", "/workspace/a", True),
        ("d/link", "x/../../..", True),
        ("link", "./a", False),
    ],
)
def test_links_must_stay_inside(tmp_path: Path, place: str, target: str, refused: bool) -> None:
    before = list_tree(tmp_path)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).symlink_to(target)
    if refused:
        with pytest.raises(ChangeRefused):
            find_changes(tmp_path, before, list_tree(tmp_path))
    else:
        assert find_changes(tmp_path, before, list_tree(tmp_path)).files == (place,)


def test_a_link_put_in_the_way_meanwhile_is_not_followed(
    context: CallContext, tmp_path: Path
) -> None:
    (context.workspace / "d").mkdir()
    (tmp_path / "outside").mkdir()
    call = started(context)
    (call.tree / "d/evil").write_text("x")
    (context.workspace / "d").rmdir()
    (context.workspace / "d").symlink_to(tmp_path / "outside")
    done = call.finish(GOOD)
    assert (done.ok, done.error_code) == (False, "change_refused")
    assert list((tmp_path / "outside").iterdir()) == []
    assert call.reconcile() == done


class PowerCut(Exception):
    pass


@pytest.mark.parametrize("applied", range(5))
def test_a_half_applied_call_is_finished_after_a_crash(
    context: CallContext, monkeypatch: pytest.MonkeyPatch, applied: int
) -> None:
    (context.workspace / "gone").write_text("old")
    for name in ("one", "two"):
        (context.workspace / name).write_text("old")
    call = started(context)
    (call.tree / "gone").unlink()
    for name in ("one", "two", "new"):
        (call.tree / name).write_text("new")

    def cut(changes: Changes, tree: Path, into: Path, owner: tuple[int, int]) -> None:
        done = changes.files[: max(0, applied - 1)]
        part = Changes(changes.deleted if applied else (), (), done)
        apply(part, tree, into, owner)
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(workspace_module, "apply", cut)
        with pytest.raises(PowerCut):
            call.finish(GOOD)
    found = CallFolder(context).reconcile()
    assert found is not None
    assert (found.ok, found.output, found.files) == (True, GOOD.output, ("new", "one", "two"))
    assert files(context.workspace) == {"new": "new", "one": "new", "two": "new"}
    assert CallFolder(context).reconcile() == found
    assert not call.tree.exists()


def test_a_call_cut_off_before_its_end_had_no_effect(context: CallContext) -> None:
    call = started(context)
    (call.tree / "half").write_text("x")
    assert CallFolder(context).reconcile() is None
    assert files(context.workspace) == {}
    assert not call.tree.exists()


def test_a_result_that_was_not_wholly_written_counts_as_none(context: CallContext) -> None:
    call = started(context)
    (call.tree.parent / "result.json").write_text('{"result": {"ok": tr')
    assert call.reconcile() is None


def test_a_worker_that_comes_back_late_finds_nothing_to_apply(context: CallContext) -> None:
    late = started(context)
    (late.tree / "file").write_text("late")
    newer = CallFolder(replace(context, fence=1))
    assert newer.was_tried()
    assert newer.reconcile() is None
    newer.prepare()
    newer.remember()
    (newer.tree / "file").write_text("newer")
    with pytest.raises(TakenOver):
        late.finish(GOOD)
    with pytest.raises(TakenOver):
        late.keep(GOOD)
    assert newer.finish(GOOD).files == ("file",)
    assert files(context.workspace) == {"file": "newer"}


def test_a_kept_result_is_applied_by_whoever_takes_the_call_over(
    context: CallContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = started(context)
    (late.tree / "file").write_text("x")
    newer = CallFolder(replace(context, fence=3))

    def meanwhile(file: Path, text: str, *, durable: bool) -> None:
        write(file, text, durable=durable)
        monkeypatch.undo()
        found = newer.take_over()
        assert found is not None
        assert found.files == ("file",)

    monkeypatch.setattr(workspace_module, "write", meanwhile)
    with pytest.raises(TakenOver):
        late.finish(GOOD)
    assert files(context.workspace) == {"file": "x"}
    assert CallFolder(replace(context, fence=4)).reconcile() == replace(GOOD, files=("file",))


def test_what_an_outliving_program_changed_can_be_told(context: CallContext) -> None:
    (context.workspace / "old").write_text("old")
    first = CallFolder(context)
    first.prepare()
    first.remember(keep=True)
    (first.tree / "new").write_text("new")
    newer = CallFolder(replace(context, fence=1))
    assert newer.take_over() is None
    assert newer.outlived()
    assert newer.finish(GOOD).files == ("new",)
    assert files(context.workspace) == {"old": "old", "new": "new"}


def test_folders_nobody_may_enter_are_still_removed(context: CallContext) -> None:
    call = started(context)
    (call.tree / "a/b").mkdir(parents=True)
    (call.tree / "a/b/c").write_text("x")
    (call.tree / "a/b").chmod(0)
    (call.tree / "a").chmod(0)
    call.discard()
    assert not call.tree.exists()


async def test_two_calls_at_once_both_count(context: CallContext) -> None:
    def one(number: int) -> bool:
        own = CallContext("run_1", "task", f"call-{number}", context.workspace)
        call = started(own)
        (call.tree / f"{number}.txt").write_text("x")
        return call.finish(GOOD).ok

    done = await asyncio.gather(*(asyncio.to_thread(one, number) for number in range(8)))
    assert all(done)
    assert len(files(context.workspace)) == 8


def test_a_workspace_too_large_for_a_copy_is_refused(
    context: CallContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agentry.sandbox import copy as copy_module

    monkeypatch.setattr(copy_module, "MOST_BYTES", 10)
    monkeypatch.setattr(copy_module.Budget, "left", 10)
    (context.workspace / "big").write_text("x" * 11)
    with pytest.raises(copy_module.WorkspaceTooLarge, match="own copy"):
        CallFolder(context).prepare()
