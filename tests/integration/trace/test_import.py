"""A trace comes in as it went out, to be looked at; nothing in it is ever run again."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agentry.engine.errors import RunEnded
from agentry.engine.importing import TraceRefused
from agentry.engine.verify import verify
from agentry.journal.events import from_line
from agentry.journal.trace import trace_lines
from agentry.journal.trace_read import BadTrace, TraceReader
from agentry.journal.upcast import EventTooNew
from agentry.store.database import Database
from tests.integration.engine.studio import start, studio, until
from tests.integration.trace.tales import FLOW, WORDS, Told, broken, exported, lines, rows

pytestmark = pytest.mark.integration


async def test_what_a_real_studio_did_verifies(told: Told) -> None:
    with told.file.open("rb") as file:
        verdict = verify(TraceReader(file))
    assert verdict.problem is None
    assert (verdict.run_id, verdict.status) == (told.run_id, "completed")


async def test_out_and_in_and_out_again_is_the_same_to_the_byte(
    told: Told, here: Path, tmp_path: Path
) -> None:
    async with studio(here) as app:
        kept = await app.import_trace(lines(told.file))
        assert (kept.run_id, kept.new) == (told.run_id, True)
        again = exported(app, told.run_id, tmp_path / "again.jsonl")
        assert again.read_bytes() == told.file.read_bytes()
        assert broken(app) == []


async def test_an_imported_run_reads_like_the_one_it_was(told: Told, here: Path) -> None:
    async with studio(here) as app:
        await app.import_trace(lines(told.file))
        its, mine = told.app.runs.run(told.run_id), app.runs.run(told.run_id)
        # A run's row is made a moment before its first event, which is all that a trace tells.
        same = replace(mine.summary, created_at=its.summary.created_at)
        assert replace(mine, summary=same) == its
        assert app.runs.run(told.run_id).outputs == {"said": "Seen.", "all": WORDS}


async def test_nothing_of_an_imported_run_is_run_again(told: Told, here: Path) -> None:
    async with studio(here) as app:
        await app.import_trace(lines(told.file))
        other = await start(app, "tasks: [{id: a, tool: list_files, with: {}}]")
        await until(app, other)
        assert [rows(app, table) for table in ("wait", "timer", "inbox", "imported")] == [
            0,
            0,
            0,
            1,
        ]
        assert rows(app, "activity") == 1
        assert not (app.runs_folder / told.run_id).exists()
        with pytest.raises(RunEnded):
            await app.cancel(told.run_id, by="ann")


async def test_the_same_trace_twice_is_the_same_run(told: Told, here: Path) -> None:
    async with studio(here) as app:
        assert (await app.import_trace(lines(told.file))).new
        assert not (await app.import_trace(lines(told.file))).new
        assert rows(app, "imported") == 1
    assert not (await told.app.import_trace(lines(told.file))).new
    assert rows(told.app, "imported") == 0


def rewritten(told: Told, file: Path, change: Callable[[str], str], **header: Any) -> Path:
    """Write the trace with another header and changed lines, and a chain that is right."""
    first, *rest = change(told.file.read_text()).splitlines()[:-1]
    events = [from_line(line) for line in rest]
    text = "".join(trace_lines({**json.loads(first), **header}, events))
    file.write_text(text, newline="")
    return file


async def test_another_run_under_the_same_id_is_refused(
    told: Told, here: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    async with studio(here) as app:
        await app.import_trace(lines(told.file))
        plan = {**json.loads(told.file.read_text().splitlines()[0])["plan"], "title": "Another"}
        rewritten(told, other, str, plan=plan)
        with pytest.raises(TraceRefused, match="differs from the trace in its plan"):
            await app.import_trace(lines(other))
        rewritten(told, other, lambda text: text.replace('"worker":"', '"worker":"not-'))
        with pytest.raises(TraceRefused, match="differs from the trace in event 4"):
            await app.import_trace(lines(other))
        assert exported(app, told.run_id, other).read_bytes() == told.file.read_bytes()


async def test_a_trace_that_was_changed_is_refused(told: Told, here: Path, tmp_path: Path) -> None:
    text = told.file.read_text()
    file = tmp_path / "changed.jsonl"
    file.write_text(text.replace('"decision":"approve"', '"decision":"approvE"', 1), newline="")
    async with studio(here) as app:
        with pytest.raises(BadTrace, match="Event 16"):
            await app.import_trace(lines(file))
        assert app.runs.summaries() == []


async def test_a_run_that_has_not_ended_is_refused(here: Path, tmp_path: Path) -> None:
    async with studio(here) as app:
        run_id = await start(app, FLOW, {"words": "few"})
        await until(app, run_id, "waiting")
        file = exported(app, run_id, tmp_path / "half.jsonl")
        with file.open("rb") as opened:
            assert verify(TraceReader(opened)).problem is None
        with pytest.raises(TraceRefused, match="where its run is waiting") as refused:
            await app.import_trace(lines(file))
        assert "trace replay" in refused.value.hint
        assert len(app.runs.summaries()) == 1


@pytest.mark.parametrize("run_id", ["../../etc", "run_1", "run_" + "A" * 26])
async def test_an_id_that_no_run_has_is_refused(
    told: Told, here: Path, tmp_path: Path, run_id: str
) -> None:
    file = tmp_path / "other.jsonl"
    rewritten(told, file, lambda text: text.replace(told.run_id, run_id))
    async with studio(here) as app:
        with pytest.raises(TraceRefused, match="is no id of a run"):
            await app.import_trace(lines(file))
        assert app.runs.summaries() == []


async def test_a_long_run_comes_in_as_a_whole(here: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    text = "tasks: [{id: r, loop: {times: 400, do: [{id: a, tool: echo, with: {x: 1}}]}}]"
    async with studio(there) as app:
        run_id = await start(app, text)
        await until(app, run_id)
        file = exported(app, run_id, tmp_path / "long.jsonl")
    async with studio(here) as app:
        kept = await app.import_trace(lines(file))
        assert kept.events > 2000
        assert exported(app, run_id, tmp_path / "again.jsonl").read_bytes() == file.read_bytes()


async def test_a_stored_event_of_a_newer_release_is_refused(told: Told) -> None:
    with newer(told, 99):
        assert len(told.app.runs.events(told.run_id, 0, 2)) == 2
        with pytest.raises(EventTooNew):
            told.app.runs.events(told.run_id)


@contextmanager
def newer(told: Told, version: int) -> Generator[None]:
    """Let the third event be of another version for a while."""
    database = Database(told.app.settings.home / "agentry.db")
    for number in (version, 1):
        with database.writer.begin() as connection:
            connection.exec_driver_sql(f"UPDATE event SET v = {number} WHERE seq = 3")
        if number == version:
            yield
    database.close()
