"""Runs with something of everything in them, for tests that take their journals apart."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.engine.apply import Applier
from agentry.engine.engine import Engine
from agentry.engine.port import Lease
from agentry.journal.events import Draft, Event
from agentry.policy.calls import Ended, Place
from tests.unit.engine.lab import Lab
from tests.unit.engine.traced import header_of

STORY = """
inputs: {go: {type: boolean}}
agents: {writer: {model: "openai:m", prompt: Write.}}
tasks:
  - {id: seed, tool: echo, with: {n: 1}}
  - {id: draft, agent: writer, input: "From ${{ tasks.seed.output.n }}"}
  - id: check
    condition:
      if: ${{ inputs.go }}
      then:
        - id: both
          parallel:
            - {id: left, tool: shell, with: {command: ls}, retry: {attempts: 2, delay: 5s}}
            - {id: right, tool: shell, with: {command: pwd}, timeout: 10s, on_error: continue}
      else: [{id: never, tool: echo}]
  - {id: sure, approval: {ask: "Sure?", need: 2}}
  - {id: rest, wait: {for: 1m}}
  - id: rounds
    loop: {times: 2, do: [{id: one, tool: echo, with: {i: "${{ loop.index }}"}}]}
outputs: {said: "${{ tasks.draft.output }}", rounds: "${{ tasks.rounds.output }}"}
"""


def at_once(tool: str, args: JsonObject, place: Place) -> Ended | None:
    """Do `echo` where it is decided."""
    if tool != "echo":
        return None
    return Ended("completed", {"tool": tool, "output": args, "args": args, "duration_ms": 0})


def with_calls_at_once(lab: Lab) -> None:
    """Let the lab do pure calls where they are decided."""
    lab.applier = Applier(lab.clock, at_once)
    lab.engine = Engine(lab.committer, lab.applier, lab.bell, lab.clock)


async def say(lab: Lab, lease: Lease, text: str) -> None:
    """Answer as an agent does: a turn, then the task's end."""
    turn: JsonObject = {"turn": 1, "model": "m", "provider": "scripted"}
    reply: JsonObject = {"turn": 1, "text": text, "calls": [], "finish": "stop", "model": "m"}
    usage: JsonObject = {"input_tokens": 3, "output_tokens": 1, "cost_usd": 0.25}
    await lab.report(lease, Draft("turn.started", lease.path, lease.attempt, turn))
    await lab.report(lease, Draft("turn.replied", lease.path, lease.attempt, reply, usage=usage))
    await end(lab, lease, text)


async def call(lab: Lab, lease: Lease, args: JsonObject, output: Json) -> None:
    """Make the call of a tool task, then end it."""
    call_id = f"{lease.path}#{lease.attempt}/call-0"
    asked: JsonObject = {"tool": "shell", "args": args}
    gave: JsonObject = {"tool": "shell", "output": output}
    await lab.report(lease, Draft("call.started", lease.path, lease.attempt, asked, call_id))
    await lab.report(lease, Draft("call.completed", lease.path, lease.attempt, gave, call_id))
    await end(lab, lease, output)


async def end(lab: Lab, lease: Lease, output: Json) -> None:
    data: JsonObject = {"kind": lease.kind, "output": output}
    await lab.report(lease, Draft("task.completed", lease.path, lease.attempt, data))


async def answered(lab: Lab, run_id: str, *people: str) -> None:
    """Let `people` approve the one open question."""
    [asked] = lab.reader.approvals("open")
    for who in people:
        await lab.engine.decide(run_id, asked.approval_id, "approve", who, "fine", None)


async def told(lab: Lab) -> str:
    """Live through `STORY`; return its run."""
    with_calls_at_once(lab)
    run_id = await lab.start(STORY, {"go": True})
    [writer] = await lab.claim()
    await say(lab, writer, "Hello")
    leases = {lease.path.rpartition("/")[2]: lease for lease in await lab.claim()}
    await lab.fail(leases["left"])
    await lab.pass_time(10_000)
    [again] = await lab.claim()
    await call(lab, again, {"command": "ls"}, "a b")
    await answered(lab, run_id, "ann", "bob")
    await lab.pass_time(60_000)
    assert lab.summary(run_id).status == "completed"
    return run_id


def story(folder: Path) -> tuple[JsonObject, list[Event]]:
    """Return the header and the events of a trace of `STORY`."""
    lab = Lab(folder)
    try:
        run_id = asyncio.run(told(lab))
        return header_of(lab, run_id), list(lab.events(run_id))
    finally:
        lab.close()
