"""Budgets on whole runs: reserved by the executor, refused in the transaction, told as they end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.engine.studio import events, start, studio, until

pytestmark = pytest.mark.integration

FLOW = """
models:
  script:
    provider: scripted
    max_tokens: 100
    turns:
      - calls: [{tool: echo, with: {n: 1}}, {tool: echo, with: {n: 2}}]
      - calls: [{tool: echo, with: {n: 3}}]
      - answer: done
agents:
  worker: {model: script, prompt: Work., tools: [echo]}
%s
tasks:
  - {id: work, agent: worker, input: go%s}
outputs: {said: "${{ tasks.work.output }}"}
"""


@pytest.mark.parametrize(
    ("flow", "task", "spent"),
    [
        ("budget: {tokens: 150}", "", "The run may use 150 tokens"),
        ("budget: {tool_calls: 2}", "", "The run may make 2 tool calls and has made 2."),
        ("", ", budget: {tool_calls: 2}", "Task 'work' may make 2 tool calls"),
    ],
)
async def test_a_run_that_needs_more_ends_as_budget_exceeded(
    tmp_path: Path, flow: str, task: str, spent: str
) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, FLOW % (flow, task))
        summary = await until(app, run)
        assert summary.status == "budget_exceeded"
        assert summary.error is not None
        assert spent in str(summary.error["message"])
        assert len(events(app, run, "call.started")) <= 2


async def test_a_run_that_needs_less_is_not_disturbed(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        flow = "budget: {tokens: 5000, cost_usd: 0.01, tool_calls: 3, wall: 1h}"
        run = await start(app, FLOW % (flow, ""))
        assert (await until(app, run)).status == "completed"
        reserved = [event.data["reserve"] for event in events(app, run, "turn.started")]
        used = [event.usage or {} for event in events(app, run, "turn.replied")]
        for reserve, usage in zip(reserved, used, strict=True):
            assert isinstance(reserve, dict)
            counted = [usage[key] for key in ("input_tokens", "output_tokens")]
            assert sum(n for n in counted if isinstance(n, int)) <= int(str(reserve["tokens"]))
            assert reserve["cost_usd"] == 0.0


async def test_steps_that_only_compute_are_counted_too(tmp_path: Path) -> None:
    steps = "".join(f"  - {{id: s{n}, tool: echo, with: {{n: {n}}}}}\n" for n in range(4))
    async with studio(tmp_path) as app:
        run = await start(app, f"budget: {{tool_calls: 3}}\ntasks:\n{steps}")
        assert (await until(app, run)).status == "budget_exceeded"
        assert len(events(app, run, "call.completed")) == 3


async def test_a_run_without_a_budget_reserves_nothing(tmp_path: Path) -> None:
    async with studio(tmp_path) as app:
        run = await start(app, FLOW % ("", ""))
        assert (await until(app, run)).status == "completed"
        assert all("reserve" not in event.data for event in events(app, run, "turn.started"))
