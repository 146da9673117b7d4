"""Codes about names of nothing, about what expressions read, and about risks."""

from __future__ import annotations

from agentry.flow.codes import Entry

_AGENT = 'agents:\n  writer: {model: "openai:gpt-5-mini"}\n'
_TASK = "tasks:\n  - {agent: writer, input: Write.}\n"


def _reads(expression: str) -> str:
    return f'tasks:\n  - {{tool: echo, with: {{text: "${{{{ {expression} }}}}"}}}}\n'


NAMES: tuple[Entry, ...] = (
    Entry(
        "unknown_agent", "error", "An agent that is not defined",
        "A task names an agent of `agents`, also one that an include brings.",
        f"{_AGENT}tasks:\n  - {{agent: writr, input: Write.}}\n", _AGENT + _TASK,
    ),
    Entry(
        "unknown_tool", "error", "A tool that is not known",
        "A tool is built in, of this flow, or of an installed plugin.",
        "tasks:\n  - tool: eco\n", "tasks:\n  - tool: echo\n",
    ),
    Entry(
        "unknown_model", "error", "A model that is not defined",
        "Write an alias from `models`, or `provider:model`. There is no silent stand-in.",
        "agents:\n  writer: {model: gpt}\n" + _TASK, _AGENT + _TASK,
    ),
    Entry(
        "unknown_provider", "error", "A provider that is not known",
        "Providers are openai, anthropic and ollama, and scripted under `models`.",
        'agents:\n  writer: {model: "opnai:gpt-5-mini"}\n' + _TASK, _AGENT + _TASK,
    ),
    Entry(
        "unknown_task", "error", "A task that is not there",
        "`tasks.x` looks in the task's own list first, then outwards. An id with `-` is read as "
        "`tasks['my-id']`.",
        "tasks:\n  - {id: plan, tool: echo}\n"
        '  - {tool: echo, with: {text: "${{ tasks.plam.output }}"}}\n',
        "tasks:\n  - {id: plan, tool: echo}\n"
        '  - {tool: echo, with: {text: "${{ tasks.plan.output }}"}}\n',
    ),
    Entry(
        "unknown_field", "error", "A task has no such member",
        "A task has output, status, error and usage.",
        "tasks:\n  - {id: plan, tool: echo}\n"
        '  - {tool: echo, with: {text: "${{ tasks.plan.result }}"}}\n',
        "tasks:\n  - {id: plan, tool: echo}\n"
        '  - {tool: echo, with: {text: "${{ tasks.plan.output }}"}}\n',
    ),
    Entry(
        "unknown_input", "error", "An input that is not declared",
        "What a run must be given stands under `inputs`.",
        _reads("inputs.topic"), "inputs:\n  topic: {type: string}\n" + _reads("inputs.topic"),
    ),
    Entry(
        "unknown_env", "error", "An environment value that is not there",
        "`env.X` is a value of the flow's, the agent's or the task's `env`.",
        _reads("env.REGION"), "env:\n  REGION: eu\n" + _reads("env.REGION"),
    ),
    Entry(
        "unknown_var", "error", "A variable that the agent does not have",
        "`vars.x` reads the `vars` of the task's agent.",
        f"{_AGENT}tasks:\n  - {{agent: writer, input: \"Be ${{{{ vars.tone }}}}\"}}\n",
        'agents:\n  writer: {model: "openai:gpt-5-mini", vars: {tone: brief}}\n'
        'tasks:\n  - {agent: writer, input: "Be ${{ vars.tone }}"}\n',
    ),
    Entry(
        "unknown_name", "error", "Nothing of that name",
        "Expressions see inputs, env, vars, tasks and run, and inside of a loop `loop`.",
        _reads("input.topic"), "inputs:\n  topic: {type: string}\n" + _reads("inputs.topic"),
    ),
    Entry(
        "unresolved_var", "warning", "A variable that stays as it is",
        "`{{name}}` without `$` is the older form, replaced from the agent's `vars`.",
        f'{_AGENT}tasks:\n  - {{agent: writer, input: "Be {{{{tone}}}}"}}\n',
        'agents:\n  writer: {model: "openai:gpt-5-mini", vars: {tone: brief}}\n'
        'tasks:\n  - {agent: writer, input: "Be {{tone}}"}\n',
    ),
    Entry(
        "unused_agent", "warning", "An agent without work",
        "No task names it. It may be a slip.",
        _AGENT + "tasks:\n  - tool: echo\n", _AGENT + _TASK,
    ),
)  # fmt: skip

READING: tuple[Entry, ...] = (
    Entry(
        "bad_expression", "error", "An expression that cannot be read",
        "Expressions are CEL: `==` compares, `&&` and `||` join, texts stand in quotes.",
        "tasks:\n  - tool: echo\n    if: run.id = 'a'\n",
        "tasks:\n  - tool: echo\n    if: run.id == 'a'\n",
    ),
    Entry(
        "secret_in_expression", "error", "An expression that reads a secret",
        "What expressions give is recorded; secrets never are. Tools get them through `env`.",
        "env:\n  TOKEN: {secret: API_TOKEN}\n" + _reads("env.TOKEN"),
        "env:\n  TOKEN: {secret: API_TOKEN}\n"
        "tasks:\n  - tool: shell\n    timeout: 1m\n    with: {command: curl -H $TOKEN}\n",
    ),
    Entry(
        "secret_in_text", "warning", "A secret written in the flow",
        "Everyone who reads the flow can read it. Store it, and name it under `env`.",
        'agents:\n  writer:\n    model: "openai:gpt-5-mini"\n'
        "    prompt: Use the key AKIAABCDEFGHIJKLMNOP.\n" + _TASK,
        "env:\n  KEY: {secret: CLOUD_KEY}\n" + _AGENT + _TASK,
    ),
    Entry(
        "ungated_tool", "warning", "A privileged tool that nobody is asked about",
        "A tool whose manifest says `privileged: true` runs here with no approval before it. The "
        "policy decides in the end; an approval in the flow shows people what they agree to.",
        "tools:\n  deploy: {description: Deploys., privileged: true}\ntasks:\n  - tool: deploy\n",
        "tools:\n  deploy: {description: Deploys., privileged: true}\n"
        "tasks:\n  - approval: {ask: Deploy?}\n  - tool: deploy\n",
    ),
)  # fmt: skip
