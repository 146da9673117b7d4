"""What runs when: lists, lanes, needs, conditions."""

from __future__ import annotations

from tests.unit.engine.lab import Lab

SEQUENCE = """
inputs: {word: {type: string}}
tasks:
  - {id: first, tool: echo, with: {say: "${{ inputs.word }}"}}
  - {id: second, tool: echo, with: {heard: "${{ tasks.first.output }}"}}
outputs: {said: "${{ tasks.second.output }}"}
"""

LANES = """
tasks:
  - id: gather
    parallel:
      - {id: a, tool: echo}
      - {id: b, tool: echo}
  - {id: after, tool: echo, with: {both: "${{ tasks.gather.output }}"}}
"""


async def test_a_list_runs_in_order_and_hands_outputs_on(lab: Lab) -> None:
    run = await lab.start(SEQUENCE, {"word": "hello"})
    [first] = await lab.claim()
    assert first.path == "first"
    assert lab.events(run)[1].data["given"] == {"args": {"say": "hello"}}
    await lab.complete(first, {"n": 1})
    [second] = await lab.claim()
    assert lab.events(run)[-1].path == "second"
    scheduled = next(
        e for e in lab.events(run) if e.type == "task.scheduled" and e.path == "second"
    )
    assert scheduled.data["given"] == {"args": {"heard": {"n": 1}}}
    await lab.complete(second, "done")
    assert lab.summary(run).status == "completed"
    assert lab.outputs(run) == {"said": "done"}


async def test_lanes_run_side_by_side_and_join(lab: Lab) -> None:
    run = await lab.start(LANES)
    a, b = await lab.claim()
    assert [a.path, b.path] == ["gather/a", "gather/b"]
    await lab.complete(b, "B")
    assert await lab.claim() == []
    await lab.complete(a, "A")
    [after] = await lab.claim()
    given = next(e for e in lab.events(run) if e.type == "task.scheduled" and e.path == "after")
    assert given.data["given"] == {"args": {"both": {"a": "A", "b": "B"}}}
    await lab.complete(after)
    assert lab.summary(run).status == "completed"


async def test_needs_override_the_order_of_the_list(lab: Lab) -> None:
    text = """
tasks:
  - {id: a, tool: echo}
  - {id: b, tool: echo, needs: []}
  - {id: c, tool: echo, needs: [a]}
"""
    await lab.start(text)
    assert [lease.path for lease in await lab.claim()] == ["a", "b"]


async def test_a_false_condition_skips_and_the_list_goes_on(lab: Lab) -> None:
    text = """
tasks:
  - {id: a, tool: echo, if: "${{ 1 > 2 }}"}
  - {id: b, tool: echo, disabled: true}
  - {id: c, tool: echo}
"""
    run = await lab.start(text)
    [c] = await lab.claim()
    assert c.path == "c"
    skipped = [(e.path, e.data["reason"]) for e in lab.events(run) if e.type == "task.skipped"]
    assert skipped == [("a", "condition"), ("b", "disabled")]
    await lab.complete(c)


async def test_an_expression_that_fails_fails_its_task_with_a_sentence(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo, with: {x: '${{ 1 / 0 }}'}}]")
    summary = lab.summary(run)
    assert summary.status == "failed"
    assert summary.error is not None
    assert summary.error["code"] == "expression_failed"
    assert summary.error["path"] == "a"


async def test_max_limits_how_many_lanes_run_at_once(lab: Lab) -> None:
    text = """
tasks:
  - id: lanes
    parallel:
      max: 2
      do:
        - {id: a, tool: echo}
        - {id: b, tool: echo}
        - {id: c, tool: echo}
"""
    run = await lab.start(text)
    leases = await lab.claim()
    assert [lease.path for lease in leases] == ["lanes/a", "lanes/b"]
    await lab.complete(leases[0])
    [c] = await lab.claim()
    assert c.path == "lanes/c"
    await lab.complete(leases[1])
    await lab.complete(c)
    assert lab.summary(run).status == "completed"


async def test_any_takes_the_first_lane_and_cancels_the_others(lab: Lab) -> None:
    text = """
tasks:
  - id: race
    parallel:
      join: any
      do: [{id: a, tool: echo}, {id: b, tool: echo}]
"""
    run = await lab.start(text)
    a, _b = await lab.claim()
    await lab.complete(a, 1)
    assert lab.summary(run).status == "completed"
    assert "task.cancelled race/b" in lab.types(run)


async def test_a_flow_whose_every_task_is_skipped_completes_at_once(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo, disabled: true}]")
    assert lab.types(run) == ["run.accepted", "task.skipped a", "run.completed"]
