"""Shapes that both the keys of a flow and those of a task are made of."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.base.json import JsonObject
from agentry.flow.document import Budget
from agentry.flow.findings import Findings
from agentry.flow.shapes import Duration, Either, Fields, Key, MapOf, Number, Read, Text, wrong
from agentry.flow.yamltree import Yaml, YamlScalar


@dataclass(frozen=True, slots=True)
class Tasks:
    """A list of tasks: described here, read by `tasks.py`. `empty`: it may have none."""

    empty: bool = False

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        return None

    def schema(self) -> JsonObject:
        return {"$ref": "#/$defs/branch" if self.empty else "#/$defs/tasks"}


@dataclass(frozen=True, slots=True)
class Plain:
    """Text, a number, or true or false."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and value.value is not None:
            return value.value
        return wrong(value, what, "a plain value, {secret: NAME} or {from: HOST_VAR}", found)

    def schema(self) -> JsonObject:
        return {"type": ["string", "number", "boolean"]}


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
BUDGET_KEYS: dict[str, Key] = {
    "tokens": Key(Number(), "The most tokens, of all models together."),
    "cost_usd": Key(Number(whole=False), "The most money, in US dollars."),
    "wall": Key(Duration(), "The longest time by the clock on the wall."),
    "tool_calls": Key(Number(), "The most tool calls."),
}
BUDGET = Fields(BUDGET_KEYS)


def budget(read: JsonObject) -> Budget:
    """Return the purse from what `BUDGET` read."""
    return Budget.model_construct(
        None, **{"wall_ms" if key == "wall" else key: amount for key, amount in read.items()}
    )
