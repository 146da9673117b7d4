"""What the engine derived when a version was released, it derives for ever, or says so.

Red here means that the same facts lead to other events than they did: old journals can no longer be
followed. That takes a new `ENGINE_VERSION`, not new files. While a version is not released yet,
`python -m tests.unit.journal.golden` writes its files anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentry import __version__
from agentry.engine.verify import verify
from agentry.journal.events import EVENT_TYPES
from agentry.journal.fold import fold_all
from agentry.journal.trace import trace_lines
from agentry.journal.trace_read import TraceReader
from tests.unit.journal.golden import FOLDER, SUMS, sums, told
from tests.unit.journal.tales import TALES

# Not told of yet: nothing in the engine writes it so far.
TYPES = frozenset(EVENT_TYPES) - {"state.saved"}
JOURNALS = sorted(FOLDER.glob("*/*.jsonl"))


@pytest.mark.parametrize("file", JOURNALS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_golden_journal_follows_from_its_facts(file: Path) -> None:
    with file.open("rb") as lines:
        verdict = verify(TraceReader(lines))
    assert verdict.problem is None
    assert verdict.events > 0


@pytest.mark.parametrize("name", TALES)
async def test_this_version_still_tells_the_same_tales(name: str) -> None:
    folder = FOLDER / __version__
    kept = {file.name: file.read_text() for file in folder.glob(f"{name}-*.jsonl")}
    assert await told(name) == kept


def test_the_journals_add_up_as_the_browser_is_told() -> None:
    for folder in FOLDER.iterdir():
        traces = {file.name: file.read_text() for file in folder.glob("*.jsonl")}
        assert (folder / SUMS).read_text() == sums(traces)


def test_every_kind_of_event_is_in_a_golden_journal() -> None:
    seen = {
        json.loads(line)["type"]
        for file in (FOLDER / __version__).glob("*.jsonl")
        for line in file.read_text().splitlines()[1:-1]
    }
    assert TYPES - seen == set()


@pytest.mark.parametrize("file", JOURNALS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_golden_journal_survives_reading_and_writing(file: Path) -> None:
    with file.open("rb") as lines:
        reader = TraceReader(lines)
        events = list(reader.events())
    assert "".join(trace_lines(reader.first, events)) == file.read_text()
    assert fold_all(reader.run_id, events).last_seq == len(events)
