"""Tales of time and of people: who is asked, who waits, who steers."""

from __future__ import annotations

from agentry.base.json import JsonObject
from tests.unit.journal.tales_plain import TRIAL, Tale
from tests.unit.journal.teller import Teller, calls, says


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


AGENT = """
agents: {writer: {model: "openai:told", prompt: Write., tools: [%s]}}
tasks:
  - {id: write, agent: writer, input: A line.%s}
outputs: {said: "${{ tasks.write.output }}"}
"""


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


PEOPLE: dict[str, Tale] = {
    "time_outs": time_outs,
    "patience": patience,
    "approvals": approvals,
    "waits": waits,
    "cancels": cancels,
    "pauses": pauses,
    "steps": steps,
    "asked": asked,
}
