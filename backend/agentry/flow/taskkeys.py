"""The keys of a task and of its kind: shapes and a sentence on each."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from agentry.base.json import JsonObject
from agentry.flow.findings import Findings
from agentry.flow.jsonschema import JsonSchema
from agentry.flow.keyparts import BUDGET, ENV, Tasks
from agentry.flow.shapes import (
    AnyMap,
    Anything,
    Choice,
    Duration,
    Fields,
    Flag,
    Key,
    ListOf,
    Number,
    Read,
    Text,
    wrong,
)
from agentry.flow.template import OPEN
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar


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
class ListOrExpression:
    """A list written out, or an expression that gives one."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlList):
            return Anything().read(value, what, found)
        if isinstance(value, YamlScalar) and isinstance(value.value, str):
            return value.value
        return wrong(value, what, "a list, or an expression such as inputs.files", found)

    def schema(self) -> JsonObject:
        return {"type": ["string", "array"]}


@dataclass(frozen=True, slots=True)
class CountOrExpression:
    """A whole number, or an expression that gives one."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlScalar) and isinstance(value.value, str):
            return value.value
        return Number(0, MAX_ITERATIONS).read(value, what, found)

    def schema(self) -> JsonObject:
        return {
            "anyOf": [{"type": "string"}, {"type": "integer", "minimum": 0}],
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: ISO 8601 with its offset, or an expression that gives one."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        written = value.value if isinstance(value, YamlScalar) else None
        if isinstance(written, str) and (OPEN in written or _is_moment(written)):
            return written
        return wrong(value, what, "a time such as 2027-01-31T09:00:00Z, or ${{ }}", found)

    def schema(self) -> JsonObject:
        return {"type": "string", "examples": ["2027-01-31T09:00:00Z"]}


def _is_moment(text: str) -> bool:
    try:
        return datetime.datetime.fromisoformat(text.strip()).tzinfo is not None
    except ValueError:
        return False


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
    """fail, continue, or a list of tasks, which is read elsewhere."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlList):
            return "do"
        return Choice(("fail", "continue", "a list of tasks")).read(value, what, found)

    def schema(self) -> JsonObject:
        return {"anyOf": [{"enum": ["fail", "continue"]}, {"$ref": "#/$defs/tasks"}]}


@dataclass(frozen=True, slots=True)
class Cases:
    """A map from values to lists of tasks, which are read elsewhere."""

    def read(self, value: Yaml, what: str, found: Findings) -> Read:
        if isinstance(value, YamlMap):
            return None
        return wrong(value, what, "a map such as {high: [...], low: [...]}", found)

    def schema(self) -> JsonObject:
        return {"type": "object", "additionalProperties": {"$ref": "#/$defs/branch"}}


MAX_ITERATIONS = 100_000
RETRY = Fields(
    {
        "attempts": Key(Number(1, 100), "How often to try in all, the first time included."),
        "delay": Key(Duration(), "How long to wait before the second try; 1s if absent."),
        "backoff": Key(
            Number(1, 100, whole=False), "What the wait is multiplied by each time; 2 if absent."
        ),
        "max_delay": Key(Duration(), "The longest wait; 1m if absent."),
        "on": Key(
            ListOf(Text(), "a list of error codes"),
            "The codes of errors to try again on; all if absent.",
        ),
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
    "on_error": Key(OnError(), "fail (default), continue, or tasks to do instead."),
    "disabled": Key(Flag(), "Skip this task."),
    "budget": Key(BUDGET, "A purse for this task."),
    "pin": Key(Anything(), "A recorded output to use in place of a run."),
}
_DO = Key(Tasks(), "write the tasks to do.", required=True)
SEQUENTIAL = Fields({"do": _DO})
PARALLEL = Fields(
    {
        "do": _DO,
        "max": Key(Number(1), "The most tasks at one time."),
        "join": Key(Join(), "Go on when all (default), any, or this many have ended well."),
        "fail_fast": Key(Flag(), "Stop the others at the first failure."),
    }
)
CONDITION = Fields(
    {
        "if": Key(Condition(), "The expression that chooses between then and else."),
        "then": Key(Tasks(empty=True), "What to do where it is true; [] does nothing."),
        "else": Key(Tasks(empty=True), "What to do where it is false."),
        "on": Key(Condition(), "The expression whose value chooses the case."),
        "cases": Key(Cases(), "What to do for each value."),
        "default": Key(Tasks(empty=True), "What to do for every other value."),
    },
    of="a map such as {if: EXPR, then: [...]}",
)
LOOP = Fields(
    {
        "for_each": Key(ListOrExpression(), "The list to go through."),
        "as": Key(Text(), "What an item is called, as loop.NAME; item if absent."),
        "max_parallel": Key(Number(1, 1000), "The most items at one time; 1 if absent."),
        "while": Key(Condition(), "Go on as long as this is true; asked before each iteration."),
        "max_iterations": Key(Number(1, MAX_ITERATIONS), "The most iterations of while."),
        "times": Key(CountOrExpression(), "How often to do it."),
        "do": _DO,
    },
    of="a map such as {for_each: EXPR, do: [...]}",
)
WAIT = Fields(
    {
        "for": Key(Duration(), "How long to wait."),
        "until": Key(Moment(), "The time to wait for."),
        "message": Key(Text(), "The name of the message to wait for."),
        "expires": Key(Duration(), "How long to wait for the message."),
    },
    of="a map such as {for: 15m}",
)
APPROVAL = Fields(
    {
        "ask": Key(Text(), "write the question to the person.", required=True),
        "to": Key(ListOf(Text(), "a list of people or roles"), "Who may answer; anyone if absent."),
        "need": Key(Number(1, 100), "How many must agree; 1 if absent."),
        "expires": Key(Duration(), "How long the question stays open."),
        "on_expire": Key(Tasks(), "What to do when nobody answers in time."),
        "form": Key(JsonSchema(), "A JSON Schema of values to ask for."),
    },
    of="a map such as {ask: Publish?}",
)
KIND_FIELDS: dict[str, Fields] = {
    "sequential": SEQUENTIAL,
    "parallel": PARALLEL,
    "condition": CONDITION,
    "loop": LOOP,
    "wait": WAIT,
    "approval": APPROVAL,
}
KIND_SIBLINGS: dict[str, dict[str, Key]] = {
    "agent": {
        "input": Key(Anything(), "What the agent is asked; it may hold ${{ }}."),
        "output": Key(JsonSchema(), "A JSON Schema for a typed answer."),
    },
    "tool": {
        "with": Key(AnyMap("a map of arguments"), "The tool's arguments; they may hold ${{ }}.")
    },
    "flow": {"inputs": Key(AnyMap(), "The inputs of the child run; they may hold ${{ }}.")},
}
KIND_SAYS = {
    "agent": "The agent that works until it answers.",
    "tool": "The tool to call once, with no model.",
    "sequential": "Tasks one after the other; the first failure stops the rest.",
    "parallel": "Tasks side by side.",
    "condition": "Choose between lists of tasks.",
    "loop": "Do tasks again and again, with a bound.",
    "approval": "Ask a person.",
    "flow": "Another flow, as a child run.",
    "wait": "Pause without holding a worker.",
}
