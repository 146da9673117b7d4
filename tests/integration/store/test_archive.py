"""Old runs are written to files as traces that can be told again, and only then taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from agentry.store.retention.archive import ArchiveRefused, place_of
from agentry.store.rows import LONGEST
from tests.acceptance.product import cli
from tests.unit.engine.lab import Lab

pytestmark = pytest.mark.integration

LONG = "to be kept " * LONGEST


class Archivist:
    """Three ended runs and an open one, and the command line on their database."""

    def __init__(self, place: Path | str, folder: Path) -> None:
        self.folder = folder
        self.lab = Lab(place)
        self._env = {"AGENTRY_DB": place if isinstance(place, str) else str(place / "lab.db")}

    async def fill(self) -> None:
        for _ in range(3):
            await self.lab.start("tasks: [{id: a, tool: echo}]")
            [lease] = await self.lab.claim()
            await self.lab.complete(lease, LONG)
        await self.lab.start("tasks: [{id: a, tool: echo}]")

    def run(self, *args: str) -> CompletedProcess[str]:
        return cli("runs", *args, home=self.folder / "home", env=self._env)

    def runs(self) -> list[str]:
        return sorted(summary.run_id[-1] for summary in self.lab.reader.summaries())


@pytest.fixture
async def archivist(place: Path | str, tmp_path: Path) -> Archivist:
    made = Archivist(place if isinstance(place, str) else tmp_path, tmp_path)
    await made.fill()
    return made


@pytest.fixture
def ready(archivist: Archivist) -> Iterator[Archivist]:
    yield archivist
    archivist.lab.close()


async def test_a_folder_gets_a_file_for_each_and_what_is_there_is_not_written_again(
    ready: Archivist,
) -> None:
    folder = ready.folder / "archive"
    done = ready.run("archive", str(folder), "--older-than", "1ms", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"place": str(folder), "written": 3, "there": 0}
    names = sorted(file.name for file in folder.iterdir())
    assert [name[-7] for name in names] == ["1", "2", "3"]
    lines = (folder / names[0]).read_text().splitlines()
    assert json.loads(lines[0])["kind"] == "header"
    assert json.loads(lines[-1])["count"] == len(lines) - 2
    assert LONG in lines[-3]
    (folder / names[1]).unlink()
    (folder / "run_x.part").write_text("torn")
    again = ready.run("archive", str(folder), "--older-than", "1ms")
    assert again.stdout == f"Wrote 1 trace to {folder}; 2 were there already.\n"
    assert ready.runs() == ["1", "2", "3", "4"]


async def test_one_file_goes_on_where_it_was_torn(ready: Archivist) -> None:
    file = ready.folder / "all.jsonl"
    assert ready.run("archive", str(file), "--older-than", "1ms").returncode == 0
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    again = ready.run("archive", str(file), "--older-than", "1ms", "--json")
    assert (json.loads(again.stdout)["written"], json.loads(again.stdout)["there"]) == (1, 2)
    assert file.read_bytes() == whole


async def test_what_was_archived_can_be_taken_away_with_its_files(ready: Archivist) -> None:
    runs = [summary.run_id for summary in ready.lab.reader.summaries()]
    for run_id in runs:
        locked = ready.folder / "home" / "runs" / run_id / "workspace" / "locked"
        locked.mkdir(parents=True)
        (locked / "file").write_text("x")
        locked.chmod(0)
    place = str(ready.folder / "archive")
    done = ready.run("archive", place, "--older-than", "1ms", "--prune", "--json")
    said = json.loads(done.stdout)
    assert (said["written"], said["pruned"]["runs"]) == (3, 3)
    assert ready.runs() == ["4"]
    left = [folder.name for folder in (ready.folder / "home" / "runs").iterdir()]
    assert [name[-1] for name in left] == ["4"]
    assert ready.lab.broken() == []
    assert ready.run("archive", place, "--older-than", "1ms").returncode == 0


async def test_prune_says_what_it_would_do_and_does_it(ready: Archivist) -> None:
    would = ready.run("prune", "--older-than", "1ms", "--dry-run", "--json")
    assert json.loads(would.stdout)["runs"] == 3
    assert len(ready.runs()) == 4
    done = ready.run("prune", "--older-than", "1ms")
    assert done.stdout.startswith("Removed 3 runs with ")
    assert ready.runs() == ["4"]
    assert ready.run("prune", "--older-than", "3000d").stdout.startswith("Removed 0 runs")


@pytest.mark.parametrize("span", ["90", "yesterday", "-1d", "4000d"])
def test_a_span_that_is_none_is_refused(tmp_path: Path, span: str) -> None:
    done = cli("runs", "prune", f"--older-than={span}", home=tmp_path)
    assert done.returncode == 2
    assert "is no span of time" in done.stderr


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    file.write_text('{"mine": 1}\n')
    with pytest.raises(ArchiveRefused, match="something else than traces"):
        place_of(file)
    assert file.read_text() == '{"mine": 1}\n'
    (tmp_path / "plain").write_text("x")
    with pytest.raises(ArchiveRefused, match="cannot be written"):
        place_of(tmp_path / "plain")
