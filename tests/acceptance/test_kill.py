"""kill -9 at any moment loses nothing and repeats nothing that had finished.

`make kill` does it 20 times; KILLS and KILL_SEED say how often and where.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from agentry.store.database import Database
from agentry.store.invariants import check
from tests.acceptance import product, repository
from tests.acceptance.product import TERMINAL, Studio

KILLS = int(os.environ.get("KILLS", "2"))
SEED = int(os.environ.get("KILL_SEED", "0")) or random.randrange(1, 10_000)

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.timeout(60 + 45 * KILLS),
]


def test_a_killed_studio_completes_its_run_and_repeats_no_finished_call(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    repo = repository.make(tmp_path / "repo")
    studio = Studio(tmp_path / "home", product.ROOT / "flows")
    with studio:
        whole = studio.run("repo-report", {"repo": str(repo.root)})
        expected = studio.finish(whole)["outputs"]
        length = len(studio.events(whole))
        for kill in range(KILLS):
            run_id = studio.run("repo-report", {"repo": str(repo.root)})
            after = chance.randrange(1, length)
            at = reach(studio, run_id, after)
            time.sleep(chance.random() * 0.03)  # between two events, not only at their edges
            studio.kill()
            studio.start()
            run = studio.finish(run_id)
            where = f"kill {kill + 1}, seed {SEED}, after event {at}"
            assert run["status"] == "completed", f"{where}: {run['error']}"
            assert numbers(run["outputs"]) == numbers(expected), where
            assert_invariants(studio.events(run_id), where)
    database = Database(tmp_path / "home" / "agentry.db")
    assert check(database) == [], f"seed {SEED}"
    database.close()


def reach(studio: Studio, run_id: str, seq: int) -> int:
    """Wait until the run has written `seq` events, approving on the way; return where it is."""

    def there() -> int | None:
        run = studio.get(f"runs/{run_id}")
        if run["last_seq"] >= seq or run["status"] in TERMINAL:
            return int(run["last_seq"])
        studio.approve_open(run_id)
        return None

    return product.wait_for(f"event {seq}", there, 45)


def numbers(outputs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in outputs.items() if key != "summary"}


def assert_invariants(events: list[dict[str, Any]], where: str) -> None:
    """Check I1 to I7 of the engine as far as the journal shows them."""
    types = [event["type"] for event in events]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1)), where
    assert types[0] == "run.accepted", where
    assert types.count("run.accepted") == 1, where
    ends = [f"run.{status}" for status in sorted(TERMINAL)]
    assert [kind for kind in types if kind in ends] == [types[-1]], where
    outcomes = Counter(
        (event["path"], event["attempt"])
        for event in events
        if event["type"] in {"task.completed", "task.failed", "task.timed_out", "task.skipped"}
    )
    assert max(outcomes.values()) == 1, where
    assert_calls_are_not_repeated(events, where)
    assert_fences_grow(events, where)


def assert_calls_are_not_repeated(events: list[dict[str, Any]], where: str) -> None:
    ended: Counter[str] = Counter()
    for event in events:
        call_id: str = event.get("call_id") or ""
        if event["type"] == "call.started":
            assert not ended[call_id], f"{where}: {call_id} started again after it had ended"
        elif event["type"] in {"call.completed", "call.failed"}:
            ended[call_id] += 1
            assert ended[call_id] == 1, f"{where}: {call_id} ended twice"


def assert_fences_grow(events: list[dict[str, Any]], where: str) -> None:
    newest: defaultdict[str, int] = defaultdict(int)
    for event in events:
        fence = event["data"].get("fence") or event.get("fence")
        if fence is None:
            continue
        if event["type"] == "task.started":
            assert fence > newest[event["path"]], where
            newest[event["path"]] = fence
        elif event["type"].startswith(("task.", "call.")):
            assert fence == newest[event["path"]], f"{where}: {event['type']} by an old worker"
