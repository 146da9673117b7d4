"""One tale for every kind of flow: each gives the runs whose journals are kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from agentry.base.json import JsonObject
from agentry.engine.executor import MOST_CRASHES
from tests.unit.journal.teller import Teller, calls, says

Tale = Callable[[Teller], Awaitable[list[str]]]


def flow(
    text: str,
    inputs: JsonObject | None = None,
    *,
    failing: int = 0,
    trial: JsonObject | None = None,
) -> Tale:
    """Return the tale of a flow that is worked through without anybody's doing."""

    async def tale(teller: Teller) -> list[str]:
        teller.hands.failing = failing
        run_id = await teller.lab.start(text, inputs, trial=trial)
        await teller.work()
        return [run_id]

    return tale


SEQUENCE = """
inputs: {word: {type: string}}
tasks:
  - {id: pure, tool: echo, with: {word: "${{ inputs.word }}"}}
  - {id: run, tool: python, with: {code: "${{ tasks.pure.output.word }}"}, timeout: 1m}
  - {id: off, tool: echo, disabled: true}
  - {id: unless, tool: echo, if: "${{ inputs.word == 'no' }}"}
outputs: {did: "${{ tasks.run.output.did }}"}
"""
PARALLEL = """
tasks:
  - id: all
    parallel:
      - {id: a, tool: python, with: {code: a}}
      - {id: b, tool: python, with: {code: b}}
  - id: first
    parallel:
      join: any
      do: [{id: x, tool: python, with: {code: x}}, {id: y, wait: {for: 1h}}]
outputs: {all: "${{ tasks.all.output }}", first: "${{ tasks.first.output }}"}
"""
CONDITION = """
inputs: {size: {type: integer}, colour: {type: string}}
tasks:
  - id: big
    condition:
      if: ${{ inputs.size > 3 }}
      then: [{id: loud, tool: echo, with: {x: 1}}]
      else: [{id: quiet, tool: python, with: {code: quiet}}]
  - id: paint
    condition:
      on: ${{ inputs.colour }}
      cases: {red: [{id: red, tool: echo}], blue: [{id: blue, tool: python, with: {code: b}}]}
      default: [{id: other, tool: echo}]
outputs: {big: "${{ tasks.big.output }}", paint: "${{ tasks.paint.output }}"}
"""
LOOPS = """
tasks:
  - id: each
    loop:
      for_each: [1, 2, 3]
      max_parallel: 2
      do: [{id: say, tool: python, with: {code: "${{ loop.item }}"}}]
  - {id: twice, loop: {times: 2, do: [{id: count, tool: echo, with: {i: "${{ loop.index }}"}}]}}
  - id: until
    loop:
      while: ${{ loop.iteration < 3 }}
      max_iterations: 5
      do: [{id: turn, tool: echo, with: {n: "${{ loop.iteration }}"}}]
outputs: {each: "${{ tasks.each.output }}", until: "${{ tasks.until.output }}"}
"""
RESCUE = """
tasks:
  - id: risky
    tool: python
    with: {code: risky}
    on_error: [{id: tidy, tool: python, with: {code: "${{ tasks.risky.error.code }}"}}]
  - {id: after, tool: echo}
"""
FAILS = """
tasks:
  - id: both
    parallel:
      fail_fast: true
      do: [{id: bad, tool: python, with: {code: bad}}, {id: long, wait: {for: 1h}}]
  - {id: never, tool: echo}
"""
EXPRESSION = """
tasks: [{id: wrong, tool: echo, with: {x: "${{ 1 / 0 }}"}, on_error: continue}]
"""
TRIAL = """
tasks:
  - {id: a, tool: python, with: {code: a}, pin: {did: pinned}}
  - {id: b, tool: python, with: {code: "${{ tasks.a.output.did }}"}}
  - {id: c, tool: python, with: {code: c}}
"""

PLAIN: dict[str, Tale] = {
    "sequence": flow(SEQUENCE, {"word": "Hi"}),
    "parallel": flow(PARALLEL),
    "condition": flow(CONDITION, {"size": 2, "colour": "blue"}),
    "loops": flow(LOOPS),
    "rescue": flow(RESCUE, failing=1),
    "rescue_fails": flow(RESCUE, failing=2),
    "fails": flow(FAILS, failing=1),
    "expression": flow(EXPRESSION),
    "trial": flow(TRIAL, trial={"pins": {"a": {"did": "before"}}, "only": "b"}),
}


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


async def time_outs(teller: Teller) -> list[str]:
    text = """
tasks:
  - {id: slow, tool: python, with: {code: s}, timeout: 20s, retry: {attempts: 2, delay: 1s}}
"""
    run_id = await teller.lab.start(text)
    await teller.claim()
    await teller.lab.pass_time(20_000)
    teller.lab.clock.advance(5_000)
    await teller.claim()
    await teller.lab.pass_time(20_000)
    box = "tasks: [{id: box, timeout: 5s, sequential: [{id: in, wait: {for: 1h}}]}]"
    other = await teller.lab.start(box)
    await teller.lab.pass_time(5_000)
    return [run_id, other]


async def patience(teller: Teller) -> list[str]:
    """Ask people in the middle of tasks with a time-out: their time does not count."""
    text = "tasks: [{id: a, tool: shell, with: {command: ls}, timeout: 1m}]"
    call = await teller.lab.start(text)
    [work] = await teller.claim()
    teller.lab.clock.advance(40_000)
    await teller.perform(work)
    await teller.lab.pass_time(3_600_000)
    await teller.answer(call, "approve", "ann")
    await teller.claim()
    await teller.lab.pass_time(20_000)
    box = """
tasks:
  - id: box
    timeout: 1m
    sequential: [{id: sure, approval: {ask: "Sure?"}}, {id: long, wait: {for: 1h}}]
"""
    around = await teller.lab.start(box)
    await teller.lab.pass_time(3_600_000)
    await teller.answer(around, "approve", "ann")
    await teller.lab.pass_time(60_000)
    return [call, around]


async def approvals(teller: Teller) -> list[str]:
    text = """
tasks:
  - {id: sure, approval: {ask: "Sure?", need: 2, expires: 1h%s}}
  - {id: done, tool: echo, with: {said: "${{ tasks.sure.output }}"}}
"""
    agreed = await teller.lab.start(text % "")
    await teller.answer(agreed, "approve", "ann", "bob", args={"note": "go"})
    denied = await teller.lab.start(text % "")
    await teller.answer(denied, "deny", "ann")
    expired = await teller.lab.start(text % ", on_expire: [{id: ask, tool: echo}]")
    await teller.lab.pass_time(3_600_000)
    return [agreed, denied, expired]


async def waits(teller: Teller) -> list[str]:
    text = """
tasks:
  - {id: pause, wait: {for: 10m}}
  - {id: until, wait: {until: "2026-09-21T15:00:00Z"}}
  - {id: paid, wait: {message: payment, expires: 1d}}
outputs: {amount: "${{ tasks.paid.output.amount }}"}
"""
    runs = [await teller.lab.start(text) for _ in range(2)]
    await teller.lab.pass_time(600_000)
    await teller.lab.pass_time(86_400_000)
    await teller.lab.engine.send(runs[0], "other", {"x": 1}, "m1", "shop")
    await teller.lab.engine.send(runs[0], "payment", {"amount": 7}, "m2", "shop")
    await teller.lab.pass_time(86_400_000)
    return runs


async def cancels(teller: Teller) -> list[str]:
    text = """
tasks:
  - id: both
    parallel: [{id: work, tool: python, with: {code: w}}, {id: sure, approval: {ask: "Sure?"}}]
"""
    run_id = await teller.lab.start(text)
    await teller.claim()
    await teller.lab.engine.cancel(run_id, "ann", "No longer needed.")
    return [run_id]


async def pauses(teller: Teller) -> list[str]:
    text = "tasks: [{id: a, tool: python, with: {code: a}}, {id: b, tool: echo}]"
    run_id = await teller.lab.start(text)
    await teller.lab.engine.pause(run_id, "ann", "lunch")
    await teller.work()
    await teller.lab.engine.resume(run_id, "bob")
    await teller.work()
    return [run_id]


async def steps(teller: Teller) -> list[str]:
    engine = teller.lab.engine
    run_id = await teller.lab.start(TRIAL, trial={"breakpoints": ["a"]})
    await engine.set_breakpoints(run_id, ["c"], "ann")
    await engine.release(run_id, "a", step=True, given={"args": {"code": "edited"}}, by="ann")
    await teller.work()
    await engine.release(run_id, "b", step=False, given=None, by="ann")
    await teller.work()
    await engine.skip(run_id, "c", output={"skipped": True}, by="ann")
    return [run_id]


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


AGENT = """
agents: {writer: {model: "openai:told", prompt: Write., tools: [%s]}}
tasks:
  - {id: write, agent: writer, input: A line.%s}
outputs: {said: "${{ tasks.write.output }}"}
"""


async def agents(teller: Teller) -> list[str]:
    teller.model.replies = [calls("python", {"code": "1"}, "I try."), says("It is 1.")]
    plain = await teller.lab.start(AGENT % ("python", ""))
    await teller.work()
    typed = ", output: {type: object, required: [n]}"
    teller.model.replies = [says("one"), says('{"n": 1}')]
    mended = await teller.lab.start(AGENT % ("python", typed))
    await teller.work()
    return [plain, mended]


async def asked(teller: Teller) -> list[str]:
    """Let people decide on the calls of agents: yes with other arguments, and no."""
    runs: list[str] = []
    answers: list[tuple[str, JsonObject | None]] = [
        ("approve", {"command": "ls -a"}),
        ("deny", None),
    ]
    for decision, args in answers:
        teller.model.replies = [calls("shell", {"command": "ls"}), says("Done.")]
        runs.append(await teller.lab.start(AGENT % ("shell", "")))
        await teller.work()
        await teller.answer(runs[-1], decision, "ann", args=args)
        await teller.work()
    return runs


TALES: dict[str, Tale] = {
    **PLAIN,
    "retries": retries,
    "time_outs": time_outs,
    "patience": patience,
    "approvals": approvals,
    "waits": waits,
    "cancels": cancels,
    "pauses": pauses,
    "steps": steps,
    "forks": forks,
    "children": children,
    "crashes": crashes,
    "doubts": doubts,
    "agents": agents,
    "asked": asked,
}
