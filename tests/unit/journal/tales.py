"""One tale for every kind of flow: each gives the runs whose journals are kept."""

from __future__ import annotations

from agentry.engine.executor import MOST_CRASHES
from tests.unit.journal.tales_people import AGENT, PEOPLE
from tests.unit.journal.tales_plain import PLAIN, Tale
from tests.unit.journal.teller import Teller, calls, says


async def retries(teller: Teller) -> list[str]:
    text = "tasks: [{id: a, tool: python, with: {code: a}, retry: {attempts: %s, delay: 2s}}]"
    runs: list[str] = []
    for attempts, failing in ((3, 1), (2, 2)):
        teller.hands.failing = failing
        runs.append(await teller.lab.start(text % attempts))
        await teller.work()
        teller.lab.clock.advance(10_000)
        await teller.work()
    return runs


async def forks(teller: Teller) -> list[str]:
    text = """
inputs: {n: {type: integer}}
tasks:
  - {id: a, tool: echo, with: {n: "${{ inputs.n }}"}}
  - {id: b, tool: python, with: {code: "${{ tasks.a.output.n }}"}}
outputs: {b: "${{ tasks.b.output }}"}
"""
    teller.hands.failing = 1
    failed = await teller.lab.start(text, {"n": 1})
    await teller.work()
    again = await teller.lab.fork(failed, "continue")
    await teller.work()
    other = await teller.lab.fork(failed, "fork", from_path="b", outputs={"a": {"n": 9}})
    await teller.work()
    return [failed, again, other]


async def children(teller: Teller) -> list[str]:
    parent = """
inputs: {n: {type: integer}}
tasks:
  - id: part
    flow: ./child.agentry.flow.yaml
    inputs: {n: "${{ inputs.n }}"}
    retry: {attempts: 2, delay: 1s}
outputs: {part: "${{ tasks.part.output.twice }}"}
"""
    child = """
inputs: {n: {type: integer}}
tasks: [{id: work, tool: python, with: {code: "${{ inputs.n }}"}}]
outputs: {twice: "${{ inputs.n * 2 }}"}
"""
    files = {"child.agentry.flow.yaml": child}
    teller.hands.failing = 1
    run_id = await teller.lab.start(parent, {"n": 2}, files=files)
    await teller.work()
    await teller.lab.hear()
    await teller.lab.pass_time(5_000)
    await teller.work()
    await teller.lab.hear()
    waiting = [event for event in teller.lab.events(run_id) if event.type == "task.waiting"]
    return [run_id, *(str(event.data["child_run_id"]) for event in waiting)]


async def crashes(teller: Teller) -> list[str]:
    text = "tasks: [{id: a, tool: python, with: {code: a}}]"
    resumed = await teller.lab.start(text)
    await teller.crash()
    await teller.work()
    given_up = await teller.lab.start(text)
    for _ in range(MOST_CRASHES + 1):
        await teller.crash()
    await teller.work()
    return [resumed, given_up]


async def doubts(teller: Teller) -> list[str]:
    """Lose workers in the middle of calls that must not happen twice; people say what to do."""
    text = "tasks: [{id: a, tool: shell, with: {command: send}, timeout: 1h}]"
    runs: list[str] = []
    for decision in ("approve", "deny"):
        runs.append(await teller.lab.start(text))
        await teller.work()
        await teller.answer(runs[-1], "approve", "ann")
        teller.hands.dies = True
        await teller.work()
        await teller.answer(runs[-1], decision, "bob")
        await teller.work()
    return runs


async def agents(teller: Teller) -> list[str]:
    teller.model.replies = [calls("python", {"code": "1"}, "I try."), says("It is 1.")]
    plain = await teller.lab.start(AGENT % ("python", ""))
    await teller.work()
    typed = ", output: {type: object, required: [n]}"
    teller.model.replies = [says("one"), says('{"n": 1}')]
    mended = await teller.lab.start(AGENT % ("python", typed))
    await teller.work()
    return [plain, mended]


async def budgets(teller: Teller) -> list[str]:
    calls_twice = """
budget: {tool_calls: 2}
tasks:
  - {id: a, tool: echo, with: {n: 1}}
  - {id: b, tool: python, with: {code: b}}
  - {id: c, tool: python, with: {code: c}}
"""
    spent = await teller.lab.start(calls_twice)
    await teller.work()
    teller.model.replies = [says("Short.")]
    small = "budget: {tokens: 100000}\n"
    kept = await teller.lab.start(small + AGENT % ("python", ""))
    await teller.work()
    return [spent, kept]


TALES: dict[str, Tale] = {
    **PLAIN,
    **PEOPLE,
    "retries": retries,
    "forks": forks,
    "children": children,
    "crashes": crashes,
    "doubts": doubts,
    "agents": agents,
    "budgets": budgets,
}
