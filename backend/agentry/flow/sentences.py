"""What a task does, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from agentry.flow.choices import choices
from agentry.flow.document import Document, Task
from agentry.flow.graph import bare
from agentry.flow.units import duration_text

EFFECTS: Mapping[str, str] = {
    "pure": "only computes",
    "fs_read": "reads files",
    "fs_write": "writes files",
    "net": "uses the network",
    "exec": "runs programs",
    "secrets": "gets secrets",
    "money": "spends money",
    "message": "sends messages",
}


class ToolFacts(Protocol):
    """What there is to say about a tool; its manifest has it all."""

    @property
    def effects(self) -> Sequence[str]: ...
    @property
    def net(self) -> Sequence[str]: ...
    @property
    def privileged(self) -> bool: ...


def what(task: Task, document: Document) -> str:
    """Say what a task does, with a colon where its own tasks follow."""
    match task.kind:
        case "agent":
            return _agent(task, document)
        case "tool":
            return f"The tool {task.tool} is called."
        case "sequential":
            return "One after the other:"
        case "parallel":
            return _parallel(task)
        case "condition":
            return _condition(task)
        case "loop":
            return _loop(task)
        case "approval":
            return _approval(task)
        case "wait":
            return _wait(task)
        case "flow":
            return f"The flow {task.flow!r} runs as a run of its own, and its end is waited for."


def around(task: Task, before: str | None) -> Iterator[str]:
    """Yield when a task starts and what ends it, as far as that is not the usual.

    `before` is the id of the task above it in an ordered list, None in a parallel one.
    """
    usual = (before,) if before else ()
    if before is not None and task.needs != usual:
        named = _and(task.needs)
        yield f"Starts after {named}." if named else "Starts at once."
    elif before is None and task.needs:
        yield f"Starts after {_and(task.needs)}."
    if task.condition is not None:
        yield f"Only if {task.condition}; else it is skipped."
    if task.timeout_ms is not None:
        yield f"Is stopped after {duration_text(task.timeout_ms)}."
    if task.retry is not None and task.retry.attempts > 1:
        yield f"Where it fails it is tried again, {task.retry.attempts} times in all."
    if task.on_error == "continue":
        yield "Where it fails the flow goes on."


def tool_says(name: str, facts: ToolFacts | None, verdict: str | None) -> str:
    """Say what a tool may touch, and whether a person is asked before."""
    if facts is None:
        return f"{name}: nothing is known about it."
    does = _and([EFFECTS.get(effect, effect) for effect in facts.effects], quote=False)
    reach = f"may reach {_and(facts.net, quote=False)}" if facts.net else "no network"
    more = "; outside of the sandbox" if facts.privileged else ""
    asks = {"ask": "; a person is asked first", "deny": "; the policy forbids it"}
    return f"{name}: {does}; {reach}{more}{asks.get(verdict or '', '')}."


def _agent(task: Task, document: Document) -> str:
    agent = document.agents.get(task.agent or "")
    if agent is None:
        return f"Agent {task.agent!r} works on it."
    names = [choice.name for choice in choices(agent.model, document)]
    model = names[0] if len(names) == 1 else f"the first that is ready of {', '.join(names)}"
    turns = "turn" if agent.max_turns == 1 else "turns"
    tools = "" if agent.tools else ", without tools"
    return (
        f"Agent {agent.name!r} works on it with {model}, {agent.max_turns} {turns} at most{tools}."
    )


def _parallel(task: Task) -> str:
    ends = {"all": "all must complete", "any": "the first to complete is enough"}
    end = ends.get(str(task.join), f"{task.join} must complete")
    width = "" if task.max is None else f", {task.max} at most"
    fast = "; the first failure ends the others" if task.fail_fast else ""
    return f"At the same time{width} ({end}{fast}):"


def _condition(task: Task) -> str:
    if task.test is not None:
        return f"If {bare(task.test)}, 'then' happens, and else 'else':"
    return f"One of these happens, by the value of {bare(task.subject)}:"


def _loop(task: Task) -> str:
    if task.while_ is not None:
        return f"While {bare(task.while_)}, {task.max_iterations} times at most:"
    if task.times is not None:
        count = (
            f"{task.times} times" if isinstance(task.times, int) else f"{bare(task.times)} times"
        )
        return f"{count[:1].upper()}{count[1:]}, {_width(task)}:"
    if isinstance(task.each, list):
        return f"For each of {len(task.each)} items, {_width(task)}:"
    return f"For each item of {bare(task.each)}, {_width(task)}:"


def _width(task: Task) -> str:
    return f"{task.max_parallel} at a time" if task.max_parallel > 1 else "one after the other"


def _approval(task: Task) -> str:
    line = next((line.strip() for line in (task.ask or "").splitlines() if line.strip()), "")
    asked = f"Of {_and(task.to, quote=False)}" if task.to else "A person"
    people = f", {task.need} must approve" if task.need > 1 else ""
    ends = "" if task.expires_ms is None else f" The question ends after {_ms(task.expires_ms)}."
    verb = "it is asked" if task.to else "is asked"
    return f"{asked} {verb}: “{line}”{people}. A denial fails the task.{ends}"


def _wait(task: Task) -> str:
    if task.wait_ms is not None:
        return f"Waits {_ms(task.wait_ms)}."
    if task.until is not None:
        return f"Waits until {bare(task.until)}."
    most = "" if task.expires_ms is None else f", {_ms(task.expires_ms)} at most"
    return f"Waits for the message {task.message!r}{most}."


def _ms(ms: int) -> str:
    return duration_text(ms)


def _and(names: Sequence[str], *, quote: bool = True) -> str:
    shown = [repr(name) if quote else name for name in names]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
