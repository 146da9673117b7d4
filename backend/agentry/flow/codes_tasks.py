"""Codes about tasks, their order, and what flows are made of."""

from __future__ import annotations

from agentry.flow.codes import Entry

_AGENT = 'agents:\n  writer: {model: "openai:gpt-5-mini"}\n'
_TASK = "tasks:\n  - {agent: writer, input: Write.}\n"
_ECHO = "tasks:\n  - tool: echo\n"

TASKS: tuple[Entry, ...] = (
    Entry(
        "no_tasks", "error", "A list without tasks",
        "Only the branches of a condition may be empty.",
        "tasks: []\n", _ECHO,
    ),
    Entry(
        "no_kind", "error", "A task that does nothing",
        "Exactly one key says what a task is: agent, tool, sequential, parallel, condition, loop, "
        "approval, flow or wait.",
        "tasks:\n  - {id: write, name: Write it}\n",
        "tasks:\n  - {id: write, name: Write it, tool: echo}\n",
    ),
    Entry(
        "two_kinds", "error", "A task of two kinds",
        "Make two tasks of it.",
        "tasks:\n  - tool: echo\n    wait: {for: 5m}\n",
        "tasks:\n  - tool: echo\n  - wait: {for: 5m}\n",
    ),
    Entry(
        "bad_form", "error", "Keys of two forms, or of none",
        "A condition has `if` and `then`, or `on` and `cases`; a loop has `for_each`, `while` or "
        "`times`; a wait has `for`, `until` or `message`; a schedule has `cron` or `every`. "
        "`on_expire` needs `expires`.",
        "tasks:\n  - condition:\n      on: run.id\n      then: [{tool: echo}]\n",
        "tasks:\n  - condition:\n      if: run.id != ''\n      then: [{tool: echo}]\n",
    ),
    Entry(
        "bad_case", "error", "A case with a name of its own meaning",
        "`default` stands beside `cases`, not among them.",
        "tasks:\n  - condition:\n      on: run.id\n      cases:\n        default: [{tool: echo}]\n",
        "tasks:\n  - condition:\n      on: run.id\n      cases: {a: []}\n"
        "      default: [{tool: echo}]\n",
    ),
    Entry(
        "bad_condition", "error", "More than one expression",
        "`if`, `while`, `on` and `for_each` hold one expression, with or without `${{ }}`.",
        "tasks:\n  - tool: echo\n    if: ${{ run.id }} == 'a'\n",
        "tasks:\n  - tool: echo\n    if: run.id == 'a'\n",
    ),
    Entry(
        "unbounded_loop", "error", "A loop without an end",
        "`while` needs `max_iterations`, for what its tasks give is not known beforehand.",
        "tasks:\n  - loop:\n      while: loop.index < 3\n      do: [{tool: echo}]\n",
        "tasks:\n  - loop:\n      while: loop.index < 3\n      max_iterations: 10\n"
        "      do: [{tool: echo}]\n",
    ),
    Entry(
        "type_mismatch", "error", "A value of the wrong type",
        "A condition needs true or false, `for_each` a list, `times` a whole number, and an "
        "argument what the tool's `params` say.",
        "inputs:\n  files: {type: string}\ntasks:\n"
        "  - loop:\n      for_each: inputs.files\n      do: [{tool: echo}]\n",
        "inputs:\n  files: {type: array}\ntasks:\n"
        "  - loop:\n      for_each: inputs.files\n      do: [{tool: echo}]\n",
    ),
    Entry(
        "no_timeout", "warning", "Programs without a time limit",
        "A program can hang. Say how long it may take.",
        "tasks:\n  - tool: shell\n    with: {command: make}\n",
        "tasks:\n  - tool: shell\n    timeout: 10m\n    with: {command: make}\n",
    ),
    Entry(
        "no_retry", "warning", "A retry that does nothing",
        "Agents, tools and child flows are tried again. A task that holds other tasks is not: put "
        "`retry` on those that can fail. An approval or a wait has nothing to try.",
        "tasks:\n  - retry: {attempts: 3}\n    sequential:\n      - tool: echo\n",
        "tasks:\n  - sequential:\n      - tool: echo\n        retry: {attempts: 3}\n",
    ),
)  # fmt: skip

ORDER: tuple[Entry, ...] = (
    Entry(
        "duplicate_id", "error", "Two tasks of one name",
        "Ids are unique in their list, for they make the path.",
        "tasks:\n  - {id: a, tool: echo}\n  - {id: a, tool: echo}\n",
        "tasks:\n  - {id: a, tool: echo}\n  - {id: b, tool: echo}\n",
    ),
    Entry(
        "unknown_need", "error", "A need that is no sibling",
        "`needs` names tasks of the same list. To wait for a task elsewhere, need the container "
        "that it stands in.",
        "tasks:\n  - {id: build, tool: echo}\n  - {tool: echo, needs: [bild]}\n",
        "tasks:\n  - {id: build, tool: echo}\n  - {tool: echo, needs: [build]}\n",
    ),
    Entry(
        "needs_cycle", "error", "Tasks that wait for each other",
        "None of them could start. Without `needs`, a task of a sequential list needs the one "
        "above it; `needs: []` starts at once.",
        "tasks:\n  - {id: a, tool: echo, needs: [b]}\n  - {id: b, tool: echo}\n",
        "tasks:\n  - {id: a, tool: echo, needs: [b]}\n  - {id: b, tool: echo, needs: []}\n",
    ),
    Entry(
        "unreachable_task", "warning", "A task that never runs",
        "Its condition is never true, its branch is never taken, its loop has nothing to go "
        "through, or it needs tasks that wait for each other.",
        "tasks:\n  - {tool: echo, if: false}\n",
        "tasks:\n  - {tool: echo, disabled: true}\n",
    ),
    Entry(
        "task_not_ended", "error", "Reading a task that may not have ended",
        "What an expression reads must have ended in every case: by `needs`, near or far.",
        "tasks:\n  - parallel:\n      - {id: a, tool: echo}\n"
        '      - {tool: echo, with: {text: "${{ tasks.a.output }}"}}\n',
        "tasks:\n  - parallel:\n      - {id: a, tool: echo}\n"
        '      - {tool: echo, needs: [a], with: {text: "${{ tasks.a.output }}"}}\n',
    ),
    Entry(
        "inside_loop", "error", "Reading into a loop from outside",
        "A task of a loop has a result for each iteration. The loop's output has them all.",
        "tasks:\n  - id: all\n    loop: {times: 2, do: [{id: one, tool: echo}]}\n"
        '  - {tool: echo, with: {text: "${{ tasks.one.output }}"}}\n',
        "tasks:\n  - id: all\n    loop: {times: 2, do: [{id: one, tool: echo}]}\n"
        '  - {tool: echo, with: {text: "${{ tasks.all.output[1] }}"}}\n',
    ),
    Entry(
        "maybe_skipped", "warning", "Reading a task that may not run",
        "A task of a branch, of `on_error` or of `on_expire` does not run in every case; its "
        "output is null then. The condition's output is that of the branch that was taken.",
        "tasks:\n  - id: pick\n    condition: {if: run.id == 'a', then: [{id: one, tool: echo}]}\n"
        '  - {tool: echo, with: {text: "${{ tasks.one.output }}"}}\n',
        "tasks:\n  - id: pick\n    condition: {if: run.id == 'a', then: [{id: one, tool: echo}]}\n"
        '  - {tool: echo, with: {text: "${{ tasks.pick.output }}"}}\n',
    ),
)  # fmt: skip

MODELS: tuple[Entry, ...] = (
    Entry(
        "bad_model", "error", "A model that is none",
        "An entry of `models` is a provider's model, scripted turns, or `first_of` several.",
        "models:\n  fast: {provider: openai}\nagents:\n  writer: {model: fast}\n" + _TASK,
        "models:\n  fast: {provider: openai, model: gpt-5-mini}\n"
        "agents:\n  writer: {model: fast}\n" + _TASK,
    ),
    Entry(
        "model_cycle", "error", "Models that lead back to themselves",
        "`first_of` must end at a provider's model.",
        "models:\n  a: {first_of: [b]}\n  b: {first_of: [a]}\n"
        "agents:\n  writer: {model: a}\n" + _TASK,
        "models:\n  a: {first_of: [b]}\n  b: {first_of: ['openai:gpt-5-mini']}\n"
        "agents:\n  writer: {model: a}\n" + _TASK,
    ),
    Entry(
        "include_not_found", "error", "A file that cannot be loaded",
        "`include` is looked up beside the file; `presets` also upward in `templates/`. What the "
        "file would bring is not known, so names are not checked until it is there.",
        "include: [files/roles/critc.yaml]\n" + _ECHO,
        "include: [files/roles/critic.yaml]\ntasks:\n  - {agent: critic, input: Judge.}\n",
    ),
    Entry(
        "include_cycle", "error", "Files that include each other",
        "The sentence prints the cycle; take one of them out.",
        "include: [files/circle_a.yaml]\n" + _ECHO, _ECHO,
    ),
    Entry(
        "missing_child", "error", "A flow to run that is not there",
        "`flow` is looked up beside the file, as `NAME.agentry.flow.yaml`, as that folder's "
        "`.agentry.flow.yaml`, and as `NAME.yaml`; it must lie in the same checkout. A disabled "
        "task may name what is not there yet.",
        "tasks:\n  - {flow: files/flows/shiping, inputs: {order: A1}}\n",
        "tasks:\n  - {flow: files/flows/shipping, inputs: {order: A1}}\n",
    ),
    Entry(
        "child_cycle", "error", "Flows that run each other",
        "They would never come to an end. The sentence prints the cycle; take one of them out, or "
        "use a loop.",
        "tasks:\n  - {flow: files/flows/ping}\n",
        "tasks:\n  - loop:\n      times: 2\n"
        "      do: [{flow: files/flows/shipping, inputs: {order: A1}}]\n",
    ),
    Entry(
        "child_inputs", "error", "A child flow gets what it does not ask for",
        "A flow that is run needs each of its `inputs` that has no default and is not optional, "
        "takes no others, and a value that is written out must fit its JSON Schema.",
        "tasks:\n  - {flow: files/flows/shipping, inputs: {ordr: A1}}\n",
        "tasks:\n  - {flow: files/flows/shipping, inputs: {order: A1}}\n",
    ),
    Entry(
        "child_errors", "error", "A flow to run that has errors",
        "The sentence says the first of them, with its file and line. A flow starts only where "
        "every flow that it runs could.",
        "tasks:\n  - {flow: files/flows/broken}\n",
        "tasks:\n  - {flow: files/flows/shipping, inputs: {order: A1}}\n",
    ),
    Entry(
        "bad_cron", "error", "A cron line that cannot be read",
        "Five fields: minute, hour, day, month and weekday; or @hourly, @daily, @weekly, @monthly "
        "or @yearly.",
        "on:\n  schedule: ['7:00 every day']\n" + _ECHO,
        "on:\n  schedule: ['0 7 * * *']\n" + _ECHO,
    ),
    Entry(
        "bad_timezone", "error", "No such time zone",
        "Time zones have IANA names such as Europe/Berlin.",
        "on:\n  schedule: [{cron: '0 7 * * *', timezone: Berlin}]\n" + _ECHO,
        "on:\n  schedule: [{cron: '0 7 * * *', timezone: Europe/Berlin}]\n" + _ECHO,
    ),
)  # fmt: skip
