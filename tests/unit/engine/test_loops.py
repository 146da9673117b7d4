"""Loops: over lists, a number of times, while something holds; always bounded."""

from __future__ import annotations

from agentry.base.json import Json
from agentry.engine.freeze import MOST_ITERATIONS
from agentry.engine.port import Lease
from tests.unit.engine.lab import Lab

EACH = """
inputs: {names: {type: array}}
tasks:
  - id: greet
    loop:
      for_each: "${{ inputs.names }}"
      as: name
      max_parallel: %d
      do:
        - {id: say, tool: echo, with: {who: "${{ loop.name }}", n: "${{ loop.iteration }}"}}
  - {id: after, tool: echo, with: {all: "${{ tasks.greet.output }}"}}
"""

WHILE = """
tasks:
  - id: polish
    loop:
      while: "${{ tasks.critique.output.score < 8 }}"
      max_iterations: 3
      do:
        - {id: critique, tool: echo}
        - {id: revise, tool: echo, with: {was: "${{ tasks.critique.output.score }}"}}
"""


def given(lab: Lab, run: str, path: str) -> Json:
    found = [e for e in lab.events(run) if e.type == "task.scheduled" and e.path == path]
    return found[-1].data["given"]


async def take(lab: Lab) -> Lease:
    [lease] = await lab.claim()
    return lease


async def test_each_item_is_an_iteration_with_paths_of_its_own(lab: Lab) -> None:
    run = await lab.start(EACH % 1, {"names": ["ana", "bo"]})
    first = await take(lab)
    assert first.path == "greet@1/say"
    assert given(lab, run, first.path) == {"args": {"who": "ana", "n": 1}}
    await lab.complete(first, "hi ana")
    second = await take(lab)
    assert second.path == "greet@2/say"
    assert given(lab, run, second.path) == {"args": {"who": "bo", "n": 2}}
    await lab.complete(second, "hi bo")
    after = await take(lab)
    assert given(lab, run, "after") == {"args": {"all": ["hi ana", "hi bo"]}}
    await lab.complete(after)
    assert lab.summary(run).status == "completed"


async def test_iterations_run_side_by_side_up_to_their_number(lab: Lab) -> None:
    await lab.start(EACH % 2, {"names": ["a", "b", "c"]})
    leases = await lab.claim()
    assert [lease.path for lease in leases] == ["greet@1/say", "greet@2/say"]
    await lab.complete(leases[1])
    assert (await take(lab)).path == "greet@3/say"


async def test_an_empty_list_is_no_iteration(lab: Lab) -> None:
    run = await lab.start(EACH % 1, {"names": []})
    await take(lab)
    assert given(lab, run, "after") == {"args": {"all": []}}


async def test_a_loop_survives_a_restart_in_the_middle(lab: Lab) -> None:
    await lab.start(EACH % 1, {"names": ["a", "b"]})
    await lab.complete(await take(lab), 1)
    lab.restart()
    assert (await take(lab)).path == "greet@2/say"


async def test_while_looks_at_what_the_body_gave(lab: Lab) -> None:
    run = await lab.start(WHILE)
    await lab.complete(await take(lab), {"score": 5})
    await lab.complete(await take(lab))
    again = await take(lab)
    assert again.path == "polish@2/critique"
    await lab.complete(again, {"score": 9})
    revise = await take(lab)
    assert given(lab, run, revise.path) == {"args": {"was": 9}}
    await lab.complete(revise)
    assert lab.summary(run).status == "completed"


async def test_while_ends_at_its_bound(lab: Lab) -> None:
    run = await lab.start(WHILE)
    for _ in range(3):
        await lab.complete(await take(lab), {"score": 1})
        await lab.complete(await take(lab))
    assert lab.summary(run).status == "completed"
    rounds = [e for e in lab.events(run) if e.data.get("kind") == "iteration"]
    assert sum(e.type == "task.started" for e in rounds) == 3


async def test_a_number_of_times_gives_a_list(lab: Lab) -> None:
    text = "tasks: [{id: r, loop: {times: 2, do: [{id: a, tool: echo}]}}]\n"
    run = await lab.start(text + "outputs: {all: '${{ tasks.r.output }}'}")
    await lab.complete(await take(lab), 1)
    await lab.complete(await take(lab), 2)
    assert lab.outputs(run) == {"all": [1, 2]}


async def test_a_failed_iteration_fails_the_loop_and_cancels_the_others(lab: Lab) -> None:
    run = await lab.start(EACH % 2, {"names": ["a", "b"]})
    first, _second = await lab.claim()
    await lab.fail(first)
    assert lab.summary(run).status == "failed"
    assert "task.cancelled greet@2/say" in lab.types(run)


async def test_loops_nest(lab: Lab) -> None:
    text = """
tasks:
  - id: outer
    loop:
      times: 2
      do:
        - id: inner
          loop:
            for_each: [x, y]
            do: [{id: say, tool: echo, with: {what: "${{ loop.item }}"}}]
"""
    run = await lab.start(text)
    paths: list[str] = []
    while lab.summary(run).status == "running":
        lease = await take(lab)
        paths.append(lease.path)
        await lab.complete(lease)
    assert paths == [f"outer@{o}/inner@{i}/say" for o in (1, 2) for i in (1, 2)]


async def test_what_is_no_list_fails_with_a_sentence(lab: Lab) -> None:
    run = await lab.start(EACH % 1, {"names": 3})
    error = lab.summary(run).error
    assert error is not None
    assert error["message"] == "Loop 'greet' goes over a value that is no list."


async def test_while_may_look_at_the_number_of_its_iteration(lab: Lab) -> None:
    text = """
tasks:
  - id: r
    loop:
      while: "${{ loop.iteration < 3 }}"
      max_iterations: 9
      do: [{id: a, tool: echo}]
"""
    run = await lab.start(text)
    for _ in range(3):
        await lab.complete(await take(lab))
    assert lab.summary(run).status == "completed"


async def test_a_loop_over_more_than_it_may_go_round_fails_before_it_begins(lab: Lab) -> None:
    text = """
inputs: {items: {type: array}}
tasks:
  - id: each
    loop: {for_each: "${{ inputs.items }}", do: [{id: a, tool: echo}]}
"""
    run = await lab.start(text, {"items": list[Json]([1] * (MOST_ITERATIONS + 1))})
    error = lab.summary(run).error
    assert error is not None
    assert f"at most {MOST_ITERATIONS} are allowed" in str(error["message"])
    assert await lab.claim() == []
