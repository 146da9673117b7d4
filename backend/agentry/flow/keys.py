"""Every key of a flow: its shape and a sentence on it, for the reader and the schema."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.base.json import JsonObject
from agentry.flow.findings import Findings
from agentry.flow.jsonschema import JsonSchema
from agentry.flow.keyparts import BUDGET, ENV, Tasks
from agentry.flow.shapes import (
    BAD,
    AnyMap,
    Anything,
    Fields,
    Key,
    ListOf,
    MapOf,
    Number,
    Read,
    Text,
)
from agentry.flow.triggers import TRIGGERS
from agentry.flow.yamltree import Yaml, YamlScalar


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
AGENT_KEYS: dict[str, Key] = {
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
    "budget": Key(BUDGET, "A purse for this agent."),
    "memory": Key(Anything(), "What it keeps between runs.", idle=True),
    "may_spawn": Key(ListOf(Text(), "a list of agent names"), "Agents it may start.", idle=True),
    "restricted_tools": Key(
        ListOf(Text(), "a list of tool names"), "Tools it may not use.", idle=True
    ),
}
AGENT = Fields(AGENT_KEYS, of="a map with model, prompt and tools")
FLOW_KEYS: dict[str, Key] = {
    "version": Key(Version(), "The version of the language: 1."),
    "name": Key(Text(), "What people see; the file's name if absent."),
    "description": Key(Text(), "What the flow is for."),
    "presets": Key(ListOf(Text(), "a list of paths"), "Flows to load first, also from templates/."),
    "include": Key(
        ListOf(Text(), "a list of paths"), "Role files and flows to load, beside this file."
    ),
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
    "on": Key(TRIGGERS, "What starts the flow besides a person."),
    "tasks": Key(Tasks(), "write a list of tasks.", required=True),
    "outputs": Key(AnyMap("a map of names"), "What a run returns; values may hold ${{ }}."),
}
FLOW = Fields(FLOW_KEYS)
