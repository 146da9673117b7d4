"""Forks: a new run that begins where an old one stood; the old one stays as it was."""

from __future__ import annotations

import pytest

from agentry.base.errors import BadRequest
from agentry.base.json import Json
from agentry.engine.errors import BadInputs, NothingToContinue, UnknownPlace
from tests.unit.engine.lab import Lab

FLOW = """
inputs: {n: {type: integer, default: 1}}
tasks:
  - {id: a, tool: echo, with: {n: "${{ inputs.n }}"}}
  - id: b
    parallel:
      - {id: x, tool: echo, with: {from: "${{ tasks.a.output }}"}}
      - {id: y, tool: echo, with: {}}
  - {id: c, tool: echo, with: {x: "${{ tasks.x.output }}"}}
outputs: {x: "${{ tasks.x.output }}", c: "${{ tasks.c.output }}"}
"""


async def finish(lab: Lab, run: str, **outputs: Json) -> list[str]:
    """Complete whatever is ready until the run has ended; return the paths worked on."""
    done: list[str] = []
    while leases := await lab.claim():
        for lease in leases:
            await lab.complete(lease, outputs.get(lease.path.rpartition("/")[2]))
            done.append(lease.path)
    return done


async def failed(lab: Lab) -> str:
    run = await lab.start(FLOW, {"n": 1})
    [a] = await lab.claim()
    await lab.complete(a, "A")
    for lease in await lab.claim():
        await (lab.fail(lease) if lease.path == "b/y" else lab.complete(lease, "X"))
    assert lab.summary(run).status == "failed"
    return run


async def test_a_failed_run_is_continued_from_what_it_had(lab: Lab) -> None:
    run = await failed(lab)
    before = lab.types(run)
    again = await lab.fork(run, "continue")
    assert await finish(lab, again, c="C") == ["b/y", "c"]
    assert lab.outputs(again) == {"x": "X", "c": "C"}
    assert (lab.types(run), lab.summary(run).status) == (before, "failed")


async def test_a_cancelled_run_is_continued(lab: Lab) -> None:
    run = await lab.start(FLOW, {"n": 1})
    [a] = await lab.claim()
    await lab.complete(a, "A")
    await lab.engine.cancel(run, "ana", "")
    again = await lab.fork(run, "continue")
    assert await finish(lab, again) == ["b/x", "b/y", "c"]


async def test_a_loop_goes_on_in_the_iteration_that_failed(lab: Lab) -> None:
    text = """
tasks:
  - id: l
    loop: {times: 3, do: [{id: a, tool: echo}, {id: b, tool: echo}]}
outputs: {all: "${{ tasks.l.output }}"}
"""
    run = await lab.start(text)
    for _ in range(3):
        [work] = await lab.claim()
        await lab.complete(work, work.path)
    [bad] = await lab.claim()
    assert bad.path == "l@2/b"
    await lab.fail(bad)
    again = await lab.fork(run, "continue")
    assert await finish(lab, again, b="done") == ["l@2/b", "l@3/a", "l@3/b"]
    assert lab.outputs(again) == {"all": ["l@1/b", "done", "done"]}


async def test_a_completed_run_has_nothing_to_continue(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo}]")
    await finish(lab, run)
    with pytest.raises(NothingToContinue):
        await lab.fork(run, "continue")


async def test_a_run_goes_again_from_any_event(lab: Lab) -> None:
    run = await lab.start(FLOW, {"n": 1})
    await finish(lab, run, a="A", x="X", c="C")
    [end_of_a] = [e.seq for e in lab.events(run) if e.type == "task.completed" and e.path == "a"]
    again = await lab.fork(run, "fork", at_seq=end_of_a)
    assert await finish(lab, again, x="other", c="C2") == ["b/x", "b/y", "c"]
    assert lab.outputs(again) == {"x": "other", "c": "C2"}


async def test_a_run_goes_again_from_a_task_with_edited_outputs(lab: Lab) -> None:
    run = await lab.start(FLOW, {"n": 1})
    await finish(lab, run, a="A", x="X", c="C")
    again = await lab.fork(run, "fork", from_path="c", outputs={"b/x": "edited"})
    [c] = await lab.claim()
    scheduled = next(e for e in lab.events(again) if e.type == "task.scheduled")
    assert scheduled.data["given"] == {"args": {"x": "edited"}}
    await lab.complete(c, "C")
    assert lab.outputs(again) == {"x": "edited", "c": "C"}


async def test_inputs_can_be_edited_and_are_checked(lab: Lab) -> None:
    run = await failed(lab)
    with pytest.raises(BadInputs):
        await lab.fork(run, "fork", at_seq=1, inputs={"n": "many"})
    again = await lab.fork(run, "fork", at_seq=1, inputs={"n": 5})
    assert lab.reader.run(again).inputs == {"n": 5}


async def test_what_is_not_there_is_refused(lab: Lab) -> None:
    run = await failed(lab)
    with pytest.raises(BadRequest, match="has events 1 to"):
        await lab.fork(run, "fork", at_seq=999)
    with pytest.raises(UnknownPlace):
        await lab.fork(run, "fork", from_path="nowhere")
    with pytest.raises(BadRequest, match="has not completed"):
        await lab.fork(run, "fork", at_seq=1, outputs={"a": 1})
    assert len(lab.reader.summaries()) == 1


async def test_an_open_question_is_asked_again(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: sure, approval: {ask: Go?}}, {id: a, tool: echo}]")
    again = await lab.fork(run, "fork")
    asked = {approval.run_id for approval in lab.reader.approvals("open")}
    assert asked == {run, again}


async def test_a_message_that_nobody_took_is_carried_over(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo}, {id: w, wait: {message: go}}]")
    await lab.engine.send(run, "go", 1, "m1", "x")
    [a] = await lab.claim()
    await lab.fail(a)
    again = await lab.fork(run, "continue")
    await finish(lab, again)
    assert lab.summary(again).status == "completed"


async def test_a_message_that_a_fork_has_from_its_source_is_not_taken_in_again(lab: Lab) -> None:
    run = await lab.start("tasks: [{id: a, tool: echo}, {id: b, wait: {message: go}}]")
    assert await lab.engine.send(run, "go", 1, "m1", "x")
    again = await lab.fork(run, "fork")
    lab.restart()
    assert not await lab.engine.send(again, "go", 1, "m1", "x")
