"""Each invariant speaks up when its truth is broken, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from agentry.engine.port import Batch, NewMessage
from agentry.store.invariants import check
from agentry.store.rows import LONGEST
from tests.unit.engine.lab import Lab

pytestmark = pytest.mark.integration

DONE, OPEN = "run_00000000000000000000000001", "run_00000000000000000000000002"
_EVENT = "INSERT INTO event (run_id, seq, v, type, path, attempt, ts, data_json) VALUES"
_RUN = (
    "INSERT INTO run (run_id, org_id, flow_id, title, flow_version_id, revision, engine_v, status,"
    " last_seq, idem_hash, started_by, approvals_open, usage_json, created_at, updated_at,"
    " parent_run_id, parent_path, depth, root_run_id, forked_from) SELECT 'child', org_id, flow_id,"
    " title, flow_version_id, revision, engine_v, 'running', 0, idem_hash, started_by, 0,"
    " usage_json, 1, 1, {}, {}, {}, {}, {} FROM run WHERE run_id = '" + DONE + "'"
)

BREAKS = {
    "I1 no end": f"UPDATE run SET terminal_at = NULL WHERE run_id = '{DONE}'",
    "I2": f"DELETE FROM event WHERE seq = 3 AND run_id = '{DONE}'",
    "I3": "UPDATE event SET seq = 99 WHERE type = 'task.completed' AND path = 'b'",
    "I4": f"DROP INDEX event_outcome; {_EVENT} ('{DONE}', 98, 1, 'task.failed', 'a', 1, 1, '{{}}')",
    "I5": "DELETE FROM timer; DELETE FROM wait; DELETE FROM inbox",
    "I6 newest": "UPDATE event SET fence = 9 WHERE type = 'task.completed' AND path = 'a'",
    "I6 grows": f"UPDATE event SET type = 'task.started', path = 'a' WHERE run_id = '{DONE}'"
    " AND type = 'task.started'",
    "I7": "UPDATE activity SET status = 'leased'",
    "I7 owner": "UPDATE activity SET owner = 'somebody'",
    "I8": "UPDATE activity SET status = 'ready'",
    "I9": ";".join(
        f"""{_EVENT.removesuffix("VALUES")} SELECT run_id, {seq}, 1, 'approval.decided', path, 1, 1,
          '{{"by":"x","decision":"approve","approval_id":"' || wait_id || '"}}' FROM wait
          WHERE kind = 'approval'"""
        for seq in (50, 51)
    ),
    "I10 timer": f"UPDATE timer SET run_id = '{DONE}'",
    "I10 wait": f"UPDATE wait SET run_id = '{DONE}'",
    "I11": f"""{_EVENT} ('{OPEN}', 50, 1, 'message.received', '', 1, 1, '{{"msg_id":"m"}}'),
      ('{OPEN}', 51, 1, 'message.received', '', 1, 1, '{{"msg_id":"m"}}')""",
    "I11 unread": f"""{_EVENT} ('{OPEN}', 50, 1, 'message.received', '', 1, 1,
      '{{"msg_id":"end:x"}}')""",
    "I12": "UPDATE event SET path = 'a/inside' WHERE path = 'b'",
    "I13 status": f"UPDATE run SET status = 'running' WHERE run_id = '{DONE}'",
    "I13 questions": "UPDATE wait SET status = 'approved'",
    "I13 activity": "UPDATE activity SET status = 'parked', run_id = '" + OPEN + "'",
    "I17": f"UPDATE run SET idem_hash = '', idem_key = 'k' WHERE run_id = '{DONE}'",
    "I22 depth": _RUN.format(f"'{OPEN}'", "'t'", 7, f"'{OPEN}'", "NULL"),
    "I22 live": _RUN.format(f"'{DONE}'", "'t'", 1, f"'{DONE}'", "NULL"),
    "I23": """UPDATE run SET usage_json = '{"input_tokens":5}'""",
    "I24": "UPDATE run SET depth = 17",
    "I25 run": "UPDATE inbox SET run_id = 'gone'",
    "I25 plan": "DELETE FROM flow_version",
    "I25 parent": _RUN.format("'gone'", "'t'", 1, "'gone'", "NULL"),
    "I25 fork": _RUN.format("NULL", "NULL", 0, "NULL", "'gone'"),
    "I25 blob": "DELETE FROM blob",
    "I25 damaged": "UPDATE blob SET codec = 'raw'",
}  # fmt: skip


@pytest.fixture
async def lab(place: Path | str, tmp_path: Path) -> Lab:
    """A sound database with a run that is over and one that asks a person."""
    lab = Lab(place if isinstance(place, str) else tmp_path)
    await lab.start("tasks: [{id: a, tool: echo}, {id: b, tool: echo}]")
    for _ in range(2):
        [lease] = await lab.claim()
        await lab.complete(lease, "x" * LONGEST)
    await lab.start(
        "tasks: [{id: both, parallel: ["
        "{id: ask, approval: {ask: Go?}}, {id: pause, wait: {for: 1h}}]}]"
    )
    news = NewMessage(OPEN, "end:x", "end", "x", {}, 1)
    await lab.committer.submit(lambda tx: tx.write(Batch(OPEN, messages=[news])))
    assert lab.broken() == []
    return lab


@pytest.fixture
def sound(lab: Lab) -> Iterator[Lab]:
    yield lab
    lab.close()


@pytest.mark.parametrize("name", BREAKS)
async def test_a_broken_truth_is_named(name: str, sound: Lab) -> None:
    with sound.database.writer.connect() as connection:
        for statement in BREAKS[name].split(";"):
            connection.execute(text(statement.replace(":", "\\:")))
    assert name.split()[0] in {said.partition(":")[0] for said in check(sound.database)}
