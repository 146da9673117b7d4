"""Sample flows for the kill matrix and the soak: every kind of task, keyed and opaque effects."""

from __future__ import annotations

_SEQUENCE = """
models:
  script:
    provider: scripted
    turns:
      - calls: [{tool: pay, with: {n: 1}}, {tool: stamp, with: {n: 2}}]
      - calls: [{tool: tidy, with: {n: "${{ calls[0].output.n }}"}}]
      - answer: "paid ${{ calls[0].output.n }}, tidied ${{ calls[2].output.n }}"
agents:
  clerk: {model: script, prompt: Work., tools: [pay, stamp, tidy]}
tasks:
  - {id: first, tool: pay, with: {n: 0}}
  - {id: clerk, agent: clerk, input: go}
  - {id: last, tool: stamp, with: {was: "${{ tasks.clerk.output }}"}}
outputs: {first: "${{ tasks.first.output.n }}", last: "${{ tasks.last.output.was }}"}
"""

_PARALLEL = """
tasks:
  - id: side
    parallel:
      - {id: a, tool: pay, with: {lane: a}}
      - {id: b, tool: tidy, with: {lane: b}}
      - sequential:
          - {id: c, tool: pay, with: {lane: c}}
          - {id: d, tool: pay, with: {after: "${{ tasks.c.output.lane }}"}}
  - id: two
    parallel:
      join: 2
      do:
        - {id: e, tool: echo, with: {x: 1}}
        - {id: f, tool: echo, with: {x: 2}}
        - {id: g, wait: {for: 1h}}
  - {id: after, tool: pay, with: {d: "${{ tasks.d.output.after }}"}}
outputs: {side: "${{ tasks.side.output }}", after: "${{ tasks.after.output.d }}"}
"""

_LOOP = """
tasks:
  - id: each
    loop:
      for_each: [x, y, z]
      max_parallel: 2
      do:
        - {id: pay, tool: pay, with: {what: "${{ loop.item }}", n: "${{ loop.iteration }}"}}
  - id: until
    loop:
      while: "${{ tasks.probe.output.n < 2 }}"
      max_iterations: 5
      do:
        - {id: probe, tool: tidy, with: {n: "${{ loop.iteration }}"}}
  - id: which
    condition:
      if: "${{ size(tasks.each.output) == 3 }}"
      then: [{id: yes, tool: pay, with: {took: then}}]
      else: [{id: no, tool: pay, with: {took: else}}]
outputs: {all: "${{ tasks.each.output }}", until: "${{ tasks.until.output }}"}
"""

_APPROVAL = """
tasks:
  - {id: before, tool: pay, with: {n: 1}}
  - {id: sure, approval: {ask: Sure?, need: 2, expires: 30d}}
  - {id: careful, tool: careful, with: {n: 2}}
  - {id: after, tool: stamp, with: {by: "${{ tasks.sure.output.decision }}"}}
outputs: {n: "${{ tasks.careful.output.n }}", by: "${{ tasks.after.output.by }}"}
"""

_RETRY = """
tasks:
  - {id: flaky, tool: flaky, with: {n: 1}, retry: {attempts: 3, delay: 0.1s}, timeout: 10m}
  - id: broken
    tool: broken
    with: {n: 2}
    on_error:
      - {id: mend, tool: pay, with: {why: "${{ tasks.broken.error.code }}"}}
  - {id: shrug, tool: broken, with: {n: 3}, on_error: continue}
  - {id: after, tool: pay, with: {n: "${{ tasks.flaky.output.n }}"}}
outputs: {status: "${{ tasks.broken.status }}", n: "${{ tasks.after.output.n }}"}
"""

_WAIT = """
tasks:
  - {id: before, tool: pay, with: {n: 1}}
  - {id: pause, wait: {for: 0.2s}}
  - {id: linger, tool: linger, with: {n: 2}}
  - {id: skipped, tool: pay, with: {n: 3}, if: "${{ tasks.linger.output.n > 2 }}"}
  - {id: after, tool: stamp, with: {n: 4}}
outputs: {n: "${{ tasks.after.output.n }}", skipped: "${{ tasks.skipped.status }}"}
"""

_MESSAGE = """
tasks:
  - {id: before, tool: pay, with: {n: 1}}
  - {id: paid, wait: {message: payment, expires: 14d}}
  - {id: after, tool: pay, with: {n: "${{ tasks.paid.output.n }}"}}
outputs: {n: "${{ tasks.after.output.n }}"}
"""

_PARENT = """
tasks:
  - {id: before, tool: pay, with: {n: 1}}
  - id: both
    parallel:
      - {id: part, flow: ./part.agentry.flow.yaml, inputs: {n: 2}}
      - {id: beside, tool: tidy, with: {n: 3}}
  - {id: after, tool: stamp, with: {n: "${{ tasks.part.output.n }}"}}
outputs: {n: "${{ tasks.after.output.n }}"}
"""

_PART = """
inputs: {n: {type: integer}}
tasks:
  - {id: taken, tool: pay, with: {n: "${{ inputs.n }}"}}
  - {id: gives, tool: tidy, with: {n: "${{ tasks.taken.output.n * 2 }}"}}
outputs: {n: "${{ tasks.gives.output.n }}"}
"""

FLOWS = {
    "sequence": _SEQUENCE,
    "parallel": _PARALLEL,
    "loop": _LOOP,
    "approval": _APPROVAL,
    "retry": _RETRY,
    "wait": _WAIT,
    "message": _MESSAGE,
    "parent": _PARENT,
}

PARTS = {"part.agentry.flow.yaml": _PART}
"""The flows that those above run, by their files."""
