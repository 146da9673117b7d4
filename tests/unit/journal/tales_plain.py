"""Flows that are worked through without anybody's doing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from agentry.base.json import JsonObject
from tests.unit.journal.teller import Teller

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
