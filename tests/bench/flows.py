"""The flows that are measured: trivial tasks, so that what is left is the cost of the engine."""

from __future__ import annotations

THREE = """name: Three
inputs: {n: {type: integer}}
tasks:
  - {id: a, tool: echo, with: {n: "${{ inputs.n }}"}}
  - {id: b, tool: echo}
  - {id: c, tool: echo}
"""


def chain(length: int) -> str:
    """Return a flow of that many tasks, each of which reads what the one before it gave."""
    lines = ["name: Chain", "tasks:", "  - {id: t0, tool: echo, with: {n: 0}}"]
    lines += [
        f'  - {{id: t{at}, tool: echo, with: {{n: "${{{{ tasks.t{at - 1}.output.n }}}}"}}}}'
        for at in range(1, length)
    ]
    return "\n".join(lines) + "\n"


def fan_out(width: int) -> str:
    """Return a flow with that many tasks side by side."""
    lines = [f"      - {{id: t{at}, tool: echo, with: {{n: {at}}}}}" for at in range(width)]
    return "name: Fan\ntasks:\n  - id: all\n    parallel:\n" + "\n".join(lines) + "\n"


def plain(length: int) -> str:
    """Return a flow of that many tasks, to be read."""
    lines = [f"  - {{id: t{at}, tool: echo, with: {{n: {at}}}}}" for at in range(length)]
    return "name: Big\ntasks:\n" + "\n".join(lines) + "\n"


def worked(times: int) -> str:
    """Return a flow of that many steps, each of which a worker takes on under a lease."""
    return (
        "name: Worked\ntasks:\n  - id: again\n    loop:\n"
        f"      times: {times}\n"
        "      do: [{id: step, tool: echo, retry: {attempts: 2, delay: 1s}}]\n"
    )
