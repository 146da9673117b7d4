"""A flow in words: what will happen, in order, and the most that it can take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agentry.flow.document import Document, Kind, Task
from agentry.flow.graph import bare
from agentry.flow.units import duration_text


@dataclass(frozen=True, slots=True)
class Most:
    """The most turns of models and calls of task tools; None = that depends on the inputs."""

    turns: int | None = 0
    calls: int | None = 0

    def plus(self, other: Most) -> Most:
        """Return both together."""
        return Most(_sum(self.turns, other.turns), _sum(self.calls, other.calls))

    def times(self, count: int | None) -> Most:
        """Return this so many times."""
        return Most(_product(self.turns, count), _product(self.calls, count))

    def or_(self, other: Most) -> Most:
        """Return the larger of two ways."""
        return Most(_larger(self.turns, other.turns), _larger(self.calls, other.calls))


def explain(document: Document) -> str:
    """Return what a run of a flow does, a line a task, and what it takes at most."""
    lines = [f"{document.name}: {document.description}".removesuffix(": ")]
    needed = [name for name, schema in document.inputs.items() if "default" not in schema]
    if needed:
        lines.append(f"It must be given {', '.join(needed)}.")
    lines += _list(document, document.tasks, 0, ordered=True)
    lines += _bounds(document, most(document))
    return "\n".join(lines) + "\n"


def most(document: Document) -> Most:
    """Return the most turns and calls of a run, every retry, branch and iteration counted."""
    return _most_of(document, document.tasks)


def _bounds(document: Document, whole: Most) -> Iterator[str]:
    turns = "as many turns of models as its inputs bring" if whole.turns is None else None
    calls = "as many calls of tasks as its inputs bring" if whole.calls is None else None
    yield (
        f"At most: {turns or f'{whole.turns} turns of models'}, "
        f"{calls or f'{whole.calls} tool calls by tasks'}; agents may call tools in every turn."
    )
    budget = document.budget
    if budget is None or budget.cost_usd is None:
        yield "No budget bounds what it costs."
    else:
        yield f"Its budget ends it at {budget.cost_usd} US dollars."


def _most_of(document: Document, tasks: tuple[Task, ...]) -> Most:
    whole = Most()
    for task in tasks:
        whole = whole.plus(_most(document, task))
    return whole


def _most(document: Document, task: Task) -> Most:
    if task.disabled:
        return Most()
    if task.kind == "agent":
        agent = document.agents.get(task.agent or "")
        own = Most(turns=agent.max_turns if agent is not None else 0)
    elif task.kind == "tool":
        own = Most(calls=1)
    elif task.kind == "condition":
        own = Most()
        for branch in task.branches:
            own = own.or_(_most_of(document, branch.tasks))
    else:
        own = _most_of(document, task.children)
    if task.kind == "loop":
        own = own.times(_iterations(task))
    own = own.times(task.retry.attempts if task.retry is not None else 1)
    return own.plus(_most_of(document, task.rescue)).plus(_most_of(document, task.on_expire))


def _iterations(task: Task) -> int | None:
    if isinstance(task.each, list):
        return len(task.each)
    if task.while_ is not None:
        return task.max_iterations
    return task.times if isinstance(task.times, int) else None


def _list(
    document: Document, tasks: tuple[Task, ...], depth: int, *, ordered: bool
) -> Iterator[str]:
    for place, task in enumerate(tasks, 1):
        mark = f"{place}." if ordered else "-"
        yield f"{'   ' * depth}{mark} {task.name or task.id}: {_sentence(task)}{_extras(task)}"
        if task.kind == "condition":
            for branch in task.branches:
                nothing = "" if branch.tasks else " nothing"
                yield f"{'   ' * (depth + 1)}{branch.name}:{nothing}"
                yield from _list(document, branch.tasks, depth + 2, ordered=True)
        else:
            parallel = task.kind == "parallel"
            yield from _list(document, task.children, depth + 1, ordered=not parallel)
        for title, others in (("if nobody answers", task.on_expire), ("if it fails", task.rescue)):
            if others:
                yield f"{'   ' * (depth + 1)}{title}:"
                yield from _list(document, others, depth + 2, ordered=True)


def _sentence(task: Task) -> str:
    return _WORDS[task.kind](task)


def _extras(task: Task) -> str:
    said: list[str] = []
    if task.disabled:
        said.append("disabled")
    if task.condition is not None:
        said.append(f"only if {task.condition}")
    if task.timeout_ms is not None:
        said.append(f"at most {duration_text(task.timeout_ms)}")
    if task.retry is not None and task.retry.attempts > 1:
        said.append(f"up to {task.retry.attempts} times")
    if task.on_error == "continue":
        said.append("goes on if it fails")
    return f" ({'; '.join(said)})" if said else ""


def _loop(task: Task) -> str:
    if task.each is not None:
        items = f"{len(task.each)} items" if isinstance(task.each, list) else bare(task.each)
        return f"for each of {items}, {task.max_parallel} at a time"
    if task.while_ is not None:
        return f"while {task.while_}, at most {task.max_iterations} times"
    return f"{bare(task.times)} times"


def _wait(task: Task) -> str:
    if task.wait_ms is not None:
        return f"waits for {duration_text(task.wait_ms)}"
    if task.until is not None:
        return f"waits until {bare(task.until)}"
    return f"waits for the message {task.message}"


_WORDS: dict[Kind, Callable[[Task], str]] = {
    "agent": lambda task: f"agent {task.agent} works",
    "tool": lambda task: f"calls {task.tool}",
    "sequential": lambda _: "one after the other",
    "parallel": lambda _: "side by side",
    "condition": lambda task: f"chooses by {task.test or task.subject}",
    "loop": _loop,
    "approval": lambda task: f"asks {', '.join(task.to) or 'anyone'}",
    "flow": lambda task: f"runs the flow {task.flow}",
    "wait": _wait,
}


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _product(one: int | None, count: int | None) -> int | None:
    if one == 0 or count == 0:
        return 0
    return None if one is None or count is None else one * count


def _larger(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)
