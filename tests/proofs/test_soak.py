"""A few seconds of `make soak`, and what its verdict sees."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from agentry.store.database import Database
from agentry.store.runs import RunReader
from tests.postgres import programs
from tests.proofs.effects import all_seen
from tests.proofs.flows import FLOWS
from tests.proofs.soak import soak
from tests.proofs.verdict import Verdict, judge

pytestmark = pytest.mark.acceptance
SECONDS = 2


def test_a_soak_on_postgres_loses_and_repeats_nothing(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("Postgres is not installed (Debian: apt install postgresql).")
    assert_sound("postgres", tmp_path)


def test_a_soak_on_sqlite_loses_and_repeats_nothing_and_would_say_so(tmp_path: Path) -> None:
    assert_sound("sqlite", tmp_path)
    log = tmp_path / "effects"
    lines = log.read_text().splitlines()
    seen = all_seen(log)
    flows = Counter(accepted(tmp_path).values())
    [often, _] = flows.most_common(1)[0]
    ran = [run_id for run_id, flow in accepted(tmp_path).items() if flow == often]
    paid = next(i for i, one in enumerate(seen) if one.tool == "pay" and one.run_id in ran)
    stamped = next(i for i, one in enumerate(seen) if one.tool == "stamp")
    log.write_text("\n".join(lines + [lines[stamped]] * 9))
    assert any(seen[stamped].call_id in said for said in judged(tmp_path).repeated)
    log.write_text("\n".join([*lines, lines[paid].replace(seen[paid].key, "another key")]))
    assert len(judged(tmp_path).repeated) == 1
    log.write_text("\n".join(line for line in lines if line != lines[paid]))
    assert len(judged(tmp_path).lost) == 1


def assert_sound(kind: str, home: Path) -> None:
    counts, verdict = asyncio.run(soak(home, SECONDS, seed=5, kind=kind))
    assert counts["kills"]
    assert verdict.ended["completed"]
    assert (verdict.lost, verdict.repeated, verdict.broken) == ([], [], [])
    assert not (home / "faults").exists()


def accepted(home: Path) -> dict[str, str]:
    database = Database(home / "soak.db")
    runs = RunReader(database).summaries(limit=1000)
    database.close()
    return {run.run_id: run.flow for run in runs if run.flow in FLOWS}


def judged(home: Path) -> Verdict:
    database = Database(home / "soak.db")
    verdict = judge(database, accepted(home), home / "effects")
    database.close()
    return verdict
