"""Child runs: asked for once, answered once, cancelled, paused and counted with their parent."""

from __future__ import annotations

import pytest

from agentry.base.json import JsonObject
from agentry.engine.compile import ChildFlowsTooDeep
from agentry.engine.errors import BadInputs, FlowHasErrors
from agentry.journal.events import Draft
from tests.unit.engine.lab import Lab

PARENT = """
inputs: {n: {type: integer, default: 3}}
tasks:
  - {id: part, flow: ./child.agentry.flow.yaml, inputs: {n: "${{ inputs.n }}"}%s}
  - {id: after, tool: echo, with: {got: "${{ tasks.part.output }}"}}
outputs: {sum: "${{ tasks.part.output.twice }}"}
"""
CHILD = """
inputs: {n: {type: integer}, unit: {type: string, default: kg}}
tasks:
  - {id: work, tool: echo, with: {n: "${{ inputs.n }}"}}
outputs: {twice: "${{ inputs.n * 2 }}", unit: "${{ inputs.unit }}"}
"""
FILES = {"child.agentry.flow.yaml": CHILD}


def child_of(lab: Lab, run: str, nth: int = -1) -> str:
    waiting = [e for e in lab.events(run) if "child_run_id" in e.data and e.type == "task.waiting"]
    return str(waiting[nth].data["child_run_id"])


async def test_a_child_run_gives_its_outputs_to_its_parent(lab: Lab) -> None:
    run = await lab.start(PARENT % "", {"n": 3}, files=FILES)
    assert lab.summary(run).status == "running"
    child = child_of(lab, run)
    [work] = await lab.claim()
    assert (work.run_id, work.path) == (child, "work")
    lab.restart()
    await lab.complete(work)
    await lab.hear()
    [after] = await lab.claim()
    await lab.complete(after)
    assert lab.outputs(run) == {"sum": 6}
    assert lab.outputs(child) == {"twice": 6, "unit": "kg"}


async def test_the_end_of_a_child_is_heard_once(lab: Lab) -> None:
    run = await lab.start(PARENT % "", {"n": 1}, files=FILES)
    [work] = await lab.claim()
    await lab.complete(work)
    await lab.hear()
    await lab.hear()
    assert lab.types(run).count("task.completed part") == 1


async def test_a_child_that_fails_fails_its_task(lab: Lab) -> None:
    run = await lab.start(PARENT % "", {"n": 1}, files=FILES)
    [work] = await lab.claim()
    await lab.fail(work)
    await lab.hear()
    assert lab.summary(run).status == "failed"
    error = lab.summary(run).error
    assert error is not None
    assert error["code"] == "child_failed"
    assert "work broke." in str(error["message"])


async def test_a_child_that_failed_is_tried_again_as_a_new_run(lab: Lab) -> None:
    run = await lab.start(PARENT % ", retry: {attempts: 2, delay: 5s}", {"n": 4}, files=FILES)
    [work] = await lab.claim()
    await lab.fail(work)
    await lab.hear()
    assert lab.status_of(run, "part") == "ready"
    await lab.pass_time(6_000)
    [again] = await lab.claim()
    assert again.run_id == child_of(lab, run) != child_of(lab, run, 0)
    await lab.complete(again)
    await lab.hear()
    assert lab.status_of(run, "part") == "completed"


async def test_cancelling_a_parent_leaves_no_live_descendant(lab: Lab) -> None:
    middle = """
tasks:
  - {id: inner, flow: ./child.agentry.flow.yaml, inputs: {n: 1}}
outputs: {twice: 2}
"""
    files = {
        "middle.agentry.flow.yaml": middle,
        "child.agentry.flow.yaml": CHILD,
    }
    text = "tasks:\n  - {id: outer, flow: ./middle.agentry.flow.yaml}\n"
    run = await lab.start(text, files=files)
    between = child_of(lab, run)
    leaf = child_of(lab, between)
    await lab.engine.cancel(run, "ana", "enough")
    await lab.hear()
    assert [lab.summary(one).status for one in (run, between, leaf)] == ["cancelled"] * 3


async def test_a_task_that_takes_too_long_cancels_its_child(lab: Lab) -> None:
    run = await lab.start(PARENT % ", timeout: 10s", {"n": 1}, files=FILES)
    await lab.pass_time(10_000)
    await lab.hear()
    assert lab.status_of(run, "part") == "timed_out"
    assert lab.summary(child_of(lab, run)).status == "cancelled"


async def test_pausing_a_parent_pauses_its_child(lab: Lab) -> None:
    run = await lab.start(PARENT % "", {"n": 1}, files=FILES)
    await lab.engine.pause(run, "ana", "")
    await lab.hear()
    assert await lab.claim() == []
    await lab.engine.resume(run, "ana")
    await lab.hear()
    [work] = await lab.claim()
    await lab.complete(work)
    await lab.hear()
    assert lab.status_of(run, "part") == "completed"


async def test_what_a_child_used_counts_for_its_parent(lab: Lab) -> None:
    child = """
models: {m: {provider: scripted, turns: [{answer: hello}]}}
agents: {a: {model: m}}
tasks:
  - {id: say, agent: a, input: hi}
"""
    text = "tasks:\n  - {id: part, flow: ./child.agentry.flow.yaml}\n"
    run = await lab.start(text, files={"child.agentry.flow.yaml": child})
    [say] = await lab.claim()
    usage: JsonObject = {"input_tokens": 5, "output_tokens": 7, "cached_tokens": 0, "cost_usd": 0.5}
    await lab.report(say, Draft("turn.replied", say.path, 1, {"turn": 1}, usage=usage))
    await lab.complete(say, "hello")
    await lab.hear()
    used = lab.summary(run).usage
    assert (used["input_tokens"], used["output_tokens"], used["cost_usd"]) == (5, 7, 0.5)


async def test_inputs_that_do_not_fit_fail_the_task_before_a_child_exists(lab: Lab) -> None:
    text = """
inputs: {n: {}}
tasks:
  - {id: part, flow: ./child.agentry.flow.yaml, inputs: {n: "${{ inputs.n }}"}}
"""
    run = await lab.start(text, {"n": "many"}, files=FILES)
    error = lab.summary(run).error
    assert error is not None
    assert error["code"] == BadInputs.code
    assert len(lab.reader.summaries()) == 1


async def test_a_flow_that_comes_to_run_itself_is_refused(lab: Lab) -> None:
    child = "tasks:\n  - {id: again, flow: ./child.agentry.flow.yaml}\n"
    with pytest.raises((FlowHasErrors, ChildFlowsTooDeep)):
        await lab.start(PARENT % "", {"n": 1}, files={"child.agentry.flow.yaml": child})


async def test_a_loop_over_child_runs_keeps_their_order(lab: Lab) -> None:
    text = """
tasks:
  - id: each
    loop:
      for_each: "${{ [1, 2, 3] }}"
      max_parallel: 3
      do:
        - {id: part, flow: ./child.agentry.flow.yaml, inputs: {n: "${{ loop.item }}"}}
outputs: {all: "${{ tasks.each.output.map(x, x.twice) }}"}
"""
    run = await lab.start(text, files=FILES)
    for work in reversed(await lab.claim()):
        await lab.complete(work)
    await lab.hear()
    assert lab.outputs(run) == {"all": [2, 4, 6]}
