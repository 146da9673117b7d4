"""Two processes on one database: what one keeps in memory is old once the other has written."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentry.engine.errors import AlreadyDecided
from tests.unit.engine.lab import Lab

ASK = """
tasks:
  - {id: sure, approval: {ask: Go on?}}
  - {id: go, tool: echo, with: {}}
"""


async def test_the_second_answer_is_refused_whoever_gave_the_first(tmp_path: Path) -> None:
    one, other = Lab(tmp_path), Lab(tmp_path)
    run = await one.start(ASK)
    [question] = one.reader.approvals("open")
    # Both have the run in memory now.
    await other.engine.set_breakpoints(run, [], "other")
    await one.engine.set_breakpoints(run, [], "one")
    await one.engine.decide(run, question.approval_id, "approve", "ana", "", None)
    with pytest.raises(AlreadyDecided):
        await other.engine.decide(run, question.approval_id, "deny", "ben", "", None)
    [go] = await other.claim()
    await one.complete(go)
    assert other.summary(run).status == "completed"
    assert one.broken() == []
    one.close()
    other.close()
