"""Every key of the flow language: its shape and a sentence on it, for the reader and the schema."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.base.json import JsonObject
from agentry.flow.findings import Findings
from agentry.flow.jsonschema import JsonSchema
from agentry.flow.shapes import (
    BAD,
    AnyMap,
    Anything,
    Choice,
    Duration,
    Either,
    Fields,
    Flag,
    Key,
    ListOf,
    MapOf,
    Number,
    Read,
    Text,
    wrong,
)
from agentry.flow.yamltree import Yaml, YamlList, YamlScalar


@dataclass(frozen=True, slots=True)
class Tasks:
    """A list of tasks: described here, read by `tasks.py`."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        return None

    def schema(self) -> JsonObject:
        return {"$ref": "#/$defs/tasks"}


@dataclass(frozen=True, slots=True)
class Version:
    """The language's version."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and value.value == 1 and value.value is not True:
            return 1
        found.error("bad_version", "This release reads flows of version 1.", value.span)
        return BAD

    def schema(self) -> JsonObject:
        return {"const": 1}


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression with or without `${{ }}`, or true or false. Read as it is written."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and isinstance(value.value, (str, bool)):
            return value.value
        return wrong(value, what, "an expression such as tasks.plan.output != ''", found)

    def schema(self) -> JsonObject:
        return {"type": ["string", "boolean"]}


@dataclass(frozen=True, slots=True)
class Plain:
    """Text, a number, or true or false."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and value.value is not None:
            return value.value
        return wrong(value, what, "a plain value, {secret: NAME} or {from: HOST_VAR}", found)

    def schema(self) -> JsonObject:
        return {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True)
class Join:
    """all, any, or how many."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        count = value.value if isinstance(value, YamlScalar) else None
        if isinstance(count, int) and not isinstance(count, bool) and count > 0:
            return count
        return Choice(("all", "any", "a number from 1")).read(value, what, found)

    def schema(self) -> JsonObject:
        return {"anyOf": [{"enum": ["all", "any"]}, {"type": "integer", "minimum": 1}]}


@dataclass(frozen=True, slots=True)
class OnError:
    """fail or continue; a list of tasks comes with a later release."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlList):
            sentence = "'on_error' with a list of tasks is not part of this release yet."
            found.error("key_not_supported", sentence, value.span)
            return BAD
        return Choice(("fail", "continue")).read(value, what, found)

    def schema(self) -> JsonObject:
        return {"enum": ["fail", "continue"]}


ENV = MapOf(
    Either(
        "a plain value, {secret: NAME} or {from: HOST_VAR}",
        for_scalar=Plain(),
        for_map=Fields(
            {
                "secret": Key(Text(), "The name of a stored secret; its value is never recorded."),
                "from": Key(Text(), "The host's environment variable to take the value from."),
            }
        ),
    )
)
MODEL_OPTIONS: dict[str, Key] = {
    "temperature": Key(Number(most=2, whole=False), "How freely the model chooses, 0 to 2."),
    "top_p": Key(Number(most=1, whole=False), "The share of likely words to choose from."),
    "max_tokens": Key(Number(1), "The longest reply, in tokens."),
    "seed": Key(Number(), "A number that makes replies repeatable where the provider can."),
    "base_url": Key(Text(), "Where the provider answers, for compatible servers."),
}
TURN = Fields(
    {
        "calls": Key(
            ListOf(
                Fields(
                    {
                        "tool": Key(Text(), "write the tool to call.", required=True),
                        "with": Key(AnyMap(), "The tool's arguments; they may hold ${{ }}."),
                    }
                )
            ),
            "Tool calls of this turn.",
        ),
        "answer": Key(Anything(), "The answer that ends the task; it may hold ${{ }}."),
    },
    of="a map with calls or answer",
)
MODEL = Fields(
    {
        "provider": Key(
            Text(), "Who answers: openai, anthropic, ollama, or scripted.", example="openai"
        ),
        "model": Key(Text(), "The provider's name for the model.", example="gpt-5-mini"),
        "turns": Key(ListOf(TURN), "What the scripted provider does, turn by turn."),
        "first_of": Key(
            ListOf(Text()), "Models to choose from: the first whose provider is ready is taken."
        ),
        "options": Key(AnyMap(), "Further options, handed to the provider as they are."),
        **MODEL_OPTIONS,
    },
    of="a map such as {provider: openai, model: gpt-5-mini}",
)
BUDGET_KEYS: dict[str, Key] = {
    "tokens": Key(Number(), "The most tokens, of all models together."),
    "cost_usd": Key(Number(whole=False), "The most money, in US dollars."),
    "wall": Key(Duration(), "The longest time by the clock on the wall."),
    "tool_calls": Key(Number(), "The most tool calls."),
}
BUDGET = Fields(BUDGET_KEYS)
AGENT = Fields(
    {
        "model": Key(
            Text(),
            "write an alias from models, or provider:model such as openai:gpt-5-mini.",
            required=True,
            example="openai:gpt-5-mini",
        ),
        "prompt": Key(Text(), "What the agent is and how it works; it may hold ${{ }}."),
        "tools": Key(ListOf(Text(), "a list of tool names"), "The tools it may call."),
        "vars": Key(AnyMap(), "Values that its prompt and its tasks see as vars.NAME."),
        "env": Key(ENV, "Environment of the tools it calls."),
        "max_turns": Key(Number(1, 1000), "The most turns before the task fails; 20 if absent."),
        "budget": Key(BUDGET, "A purse for this agent.", status="idle"),
        "memory": Key(Anything(), "What it keeps between runs.", status="refused"),
        "may_spawn": Key(Anything(), "Agents it may start.", status="refused"),
        "restricted_tools": Key(Anything(), "Tools it may not use.", status="refused"),
    },
    of="a map with model, prompt and tools",
)
RETRY = Fields(
    {
        "attempts": Key(Number(1, 100), "How often to try in all, the first time included."),
        "delay": Key(Duration(), "How long to wait before the second try; 1s if absent."),
        "backoff": Key(
            Number(1, 100, whole=False), "What the wait is multiplied by each time; 2 if absent."
        ),
        "max_delay": Key(Duration(), "The longest wait; 1m if absent."),
        "on": Key(Anything(), "The errors to try again on.", status="refused"),
    },
    of="a map such as {attempts: 3, delay: 10s}",
)
COMMON_TASK_KEYS: dict[str, Key] = {
    "id": Key(Text(), "The task's name in paths and expressions, such as plan."),
    "name": Key(Text(), "What people see instead of the id."),
    "needs": Key(
        ListOf(Text(), "a list of ids"),
        "Ids of siblings that must end first; [] starts at once. "
        "In a sequential list the task above is the default.",
    ),
    "if": Key(Condition(), "Run only where this expression is true.", example="inputs.publish"),
    "timeout": Key(Duration(), "The longest it may take.", example="10m"),
    "retry": Key(RETRY, "Try again after a failure."),
    "env": Key(ENV, "Environment of the tools of this task."),
    "on_error": Key(
        OnError(),
        "fail (default) or continue.",
    ),
    "disabled": Key(Flag(), "Skip this task."),
    "budget": Key(BUDGET, "A purse for this task.", status="idle"),
    "pin": Key(Anything(), "A recorded output to use in place of a run.", status="idle"),
}
_DO = Key(Tasks(), "The tasks.", required=True)
SEQUENTIAL = Fields({"do": _DO})
PARALLEL = Fields(
    {
        "do": _DO,
        "max": Key(Number(1), "The most tasks at one time."),
        "join": Key(
            Join(),
            "Go on when all (default), any, or this many have ended well.",
        ),
        "fail_fast": Key(Flag(), "Stop the others at the first failure."),
    }
)
APPROVAL = Fields(
    {
        "ask": Key(Text(), "write the question to the person.", required=True),
        "to": Key(ListOf(Text(), "a list of people or roles"), "Who may answer; anyone if absent."),
        "need": Key(Number(1, 100), "How many must agree; 1 if absent."),
        "expires": Key(Duration(), "How long the question stays open."),
        "on_expire": Key(Tasks(), "What to do when nobody answers.", status="refused"),
        "form": Key(JsonSchema(), "A JSON Schema of values to ask for."),
    },
    of="a map such as {ask: Publish?}",
)
KIND_SIBLINGS: dict[str, dict[str, Key]] = {
    "agent": {
        "input": Key(Anything(), "What the agent is asked; it may hold ${{ }}."),
        "output": Key(JsonSchema(), "A JSON Schema for a typed answer."),
    },
    "tool": {
        "with": Key(AnyMap("a map of arguments"), "The tool's arguments; they may hold ${{ }}.")
    },
    "flow": {"inputs": Key(AnyMap(), "The inputs of the child run.")},
}
KIND_SAYS = {
    "agent": "The agent that works until it answers.",
    "tool": "The tool to call once, with no model.",
    "sequential": "Tasks one after the other; the first failure stops the rest.",
    "parallel": "Tasks side by side.",
    "approval": "Ask a person.",
}
FLOW_KEYS: dict[str, Key] = {
    "version": Key(Version(), "The version of the language: 1."),
    "name": Key(Text(), "What people see; the file's name if absent."),
    "description": Key(Text(), "What the flow is for."),
    "presets": Key(ListOf(Text()), "Flows to load first.", status="refused"),
    "include": Key(ListOf(Text()), "Role files and flows to load.", status="refused"),
    "inputs": Key(
        MapOf(JsonSchema(), "a map of names, each with a JSON Schema", "Input"),
        "What a run must be given: name and JSON Schema, with a default where it may be left out.",
    ),
    "env": Key(ENV, "Environment: a plain value, {secret: NAME} or {from: HOST_VAR}."),
    "models": Key(MapOf(MODEL, noun="Model"), "Models under names of your own."),
    "tools": Key(
        MapOf(AnyMap("a tool manifest"), noun="Tool"), "Tools of this flow: name and manifest."
    ),
    "agents": Key(MapOf(AGENT, "a map of agents", "Agent"), "The roles: model, prompt, tools."),
    "budget": Key(BUDGET, "One purse for the run."),
    "on": Key(Anything(), "What starts the flow.", status="idle"),
    "tasks": Key(Tasks(), "write a list of tasks.", required=True),
    "outputs": Key(AnyMap("a map of names"), "What a run returns; values may hold ${{ }}."),
}
FLOW = Fields(FLOW_KEYS)
