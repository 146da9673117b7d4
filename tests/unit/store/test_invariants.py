"""Each invariant speaks up when its truth is broken."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from agentry.store.invariants import check
from tests.unit.engine.lab import Lab

BREAKS = {
    "I1": "UPDATE run SET terminal_at = NULL",
    "I2": "DELETE FROM event WHERE seq = 3",
    "I3": "UPDATE event SET seq = 99 WHERE type = 'task.completed' AND path = 'b'",
    "I5": "UPDATE run SET terminal_at = NULL",
    "I6": "UPDATE event SET fence = 9 WHERE type = 'task.completed' AND path = 'a'",
    "I7": "UPDATE activity SET status = 'leased'",
    "I8": "UPDATE activity SET status = 'ready'",
    "I13": "UPDATE run SET status = 'running'",
}


@pytest.mark.parametrize("name", BREAKS)
async def test_a_broken_truth_is_named(name: str, tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    await lab.start("tasks: [{id: a, tool: echo}, {id: b, tool: echo}]")
    for _ in range(2):
        [lease] = await lab.claim()
        await lab.complete(lease, 1)
    assert lab.broken() == []
    with sqlite3.connect(tmp_path / "lab.db") as connection:
        connection.execute(BREAKS[name])
    connection.close()
    assert any(said.startswith(f"{name}:") for said in check(lab.database))
    lab.close()
