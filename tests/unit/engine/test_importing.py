"""Golden journals come in as runs on either database, sound, and go out the same."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import pytest

from agentry import __version__
from agentry.engine.errors import RunEnded
from agentry.engine.importing import Lines, TraceRefused, check, first_difference, write
from agentry.store.traces import Traces
from tests.unit.engine.lab import Lab
from tests.unit.journal.golden import FOLDER

NAMES = ("sequence-1", "children-2", "doubts-1", "cancels-1", "budgets-1")


def lines(file: Path) -> Lines:
    @contextmanager
    def opened() -> Generator[Iterable[bytes]]:
        with file.open("rb") as found:
            yield found

    return opened


async def imported(lab: Lab, file: Path) -> bool:
    trace = check(lines(file))
    now = lab.clock.now_ms()
    return await lab.committer.submit(lambda tx: write(tx, trace, lines(file), now))


def traces(lab: Lab) -> Traces:
    return Traces(lab.database, lab.reader, "another release")


@pytest.mark.parametrize("name", NAMES)
async def test_a_golden_journal_comes_in_and_goes_out_the_same(lab: Lab, name: str) -> None:
    file = FOLDER / __version__ / f"{name}.jsonl"
    assert await imported(lab, file)
    [run] = lab.reader.summaries()
    assert "".join(traces(lab).pieces(run.run_id)) == file.read_text()
    assert await lab.claim() == []
    with pytest.raises(RunEnded):
        await lab.engine.cancel(run.run_id, "ann", "")


async def test_an_id_that_is_taken_is_left_alone(lab: Lab) -> None:
    run_id = await lab.start("tasks: [{id: a, tool: echo}]")
    file = FOLDER / __version__ / "sequence-1.jsonl"
    before = list(lab.events(run_id))
    assert not await imported(lab, file)
    assert list(lab.events(run_id)) == before
    stored = traces(lab).events(run_id, lab.summary(run_id).last_seq)
    assert first_difference(lines(file), stored) == 1


async def test_a_trace_that_is_cut_while_it_is_read_leaves_nothing(
    lab: Lab, tmp_path: Path
) -> None:
    whole = (FOLDER / __version__ / "sequence-1.jsonl").read_bytes()
    file = tmp_path / "trace.jsonl"
    file.write_bytes(whole)
    trace = check(lines(file))
    other = (FOLDER / __version__ / "doubts-1.jsonl").read_bytes()
    file.write_bytes(other)
    with pytest.raises(TraceRefused, match="was changed while it was read"):
        await lab.committer.submit(lambda tx: write(tx, trace, lines(file), 1))
    assert lab.reader.summaries() == []
