"""What will happen when a flow runs: its steps in order, what they touch, and the most it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agentry.base.json import Json, JsonObject
from agentry.flow.bounds import Count, Most, Price, no_price
from agentry.flow.document import Document, Task
from agentry.flow.sentences import ToolFacts, around, tool_says, what


@dataclass(frozen=True, slots=True)
class Step:
    """One task, or one branch of a task (`path` ''), with its number such as `2.1`."""

    number: str
    path: str
    title: str
    says: tuple[str, ...]
    touches: tuple[str, ...] = ()
    inner: tuple[Step, ...] = ()

    def to_json(self) -> JsonObject:
        inner: list[Json] = [step.to_json() for step in self.inner]
        return {
            "number": self.number,
            "path": self.path,
            "title": self.title,
            "says": list(self.says),
            "touches": list(self.touches),
            "steps": inner,
        }

    def lines(self, depth: int = 0) -> Iterator[str]:
        """Yield the step as people read it."""
        indent = "   " * depth
        yield f"{indent}{self.number}. {self.title}: {' '.join(self.says)}"
        for touched in self.touches:
            yield f"{indent}   - {touched}"
        for step in self.inner:
            yield from step.lines(depth + 1)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A whole flow in words."""

    name: str
    steps: tuple[Step, ...]
    asks: tuple[str, ...]
    most: Most

    @property
    def cost(self) -> str:
        """The most that the models can cost, in words."""
        if self.most.unpriced:
            return f"unknown (no price for {', '.join(sorted(self.most.unpriced))})"
        shown = self.most.usd.text(lambda usd: f"${usd:.2f}")
        return (
            f"{shown}, where every turn fills the model's window" if self.most.usd.terms else shown
        )

    def text(self) -> str:
        """Return the explanation as people read it."""
        asks = f"People are asked by: {', '.join(self.asks)}." if self.asks else "Nobody is asked."
        lines = [self.name, "", *(line for step in self.steps for line in step.lines()), "", asks]
        lines.append("At most:")
        lines.append(f"  model turns: {self.most.turns.text()}")
        lines.append(f"  tool calls: {self.most.calls.text()}")
        lines.append(f"  cost: {self.cost}")
        return "\n".join(lines) + "\n"

    def to_json(self) -> JsonObject:
        """Return the explanation for scripts; a number is null where only the run will know it."""
        steps: list[Json] = [step.to_json() for step in self.steps]
        most = self.most
        usd = None if most.unpriced else most.usd.known
        return {
            "name": self.name,
            "steps": steps,
            "asks": list(self.asks),
            "at_most": {
                "turns": most.turns.known,
                "turns_text": most.turns.text(),
                "tool_calls": most.calls.known,
                "tool_calls_text": most.calls.text(),
                "cost_usd": usd,
                "cost_text": self.cost,
            },
        }


def foretell(
    document: Document,
    tools: Mapping[str, ToolFacts],
    *,
    verdicts: Mapping[str, str] | None = None,
    price: Price = no_price,
) -> Explanation:
    """Explain a flow that has no errors.

    `verdicts` holds what the policy says of each tool: `allow`, `ask` or `deny`.
    """
    teller = _Teller(document, tools, verdicts or {})
    steps = teller.steps(document.tasks, "", ordered=True)
    most = Count(document, price).list(document.tasks)
    return Explanation(document.name, steps, teller.asks(), most)


@dataclass(frozen=True, slots=True)
class _Teller:
    document: Document
    tools: Mapping[str, ToolFacts]
    verdicts: Mapping[str, str]

    def steps(self, tasks: Sequence[Task], above: str, *, ordered: bool) -> tuple[Step, ...]:
        before = {task.id: tasks[place - 1].id if place else "" for place, task in enumerate(tasks)}
        return tuple(
            self.step(task, f"{above}{count}", before[task.id] if ordered else None)
            for count, task in enumerate(in_turn(tasks), 1)
        )

    def step(self, task: Task, number: str, before: str | None) -> Step:
        title = task.name or task.id
        if task.disabled:
            return Step(number, task.path, title, ("Is disabled, and skipped.",))
        says = (*around(task, before), what(task, self.document))
        inner = self._inner(task, number)
        for name, tasks in (("on_error", task.rescue), ("on_expire", task.on_expire)):
            if tasks:
                inner = (*inner, self._branch(name, tasks, f"{number}.{len(inner) + 1}"))
        return Step(number, task.path, title, says, tuple(self._touches(task)), inner)

    def _inner(self, task: Task, number: str) -> tuple[Step, ...]:
        if task.kind == "condition":
            return tuple(
                self._branch(branch.name, branch.tasks, f"{number}.{count}")
                for count, branch in enumerate(task.branches, 1)
            )
        return self.steps(task.children, f"{number}.", ordered=task.kind != "parallel")

    def _branch(self, name: str, tasks: Sequence[Task], number: str) -> Step:
        says = {
            "on_error": "Where it fails, this happens, and the flow goes on:",
            "on_expire": "Where nobody answers in time, this happens:",
        }
        said = says.get(name, "In this case:") if tasks else "Nothing happens."
        return Step(number, "", name, (said,), (), self.steps(tasks, f"{number}.", ordered=True))

    def _touches(self, task: Task) -> Iterator[str]:
        for name in self._used(task):
            yield tool_says(name, self.tools.get(name), self.verdicts.get(name))

    def _used(self, task: Task) -> tuple[str, ...]:
        agent = self.document.agents.get(task.agent or "")
        if task.kind == "agent" and agent is not None:
            return agent.tools
        return (task.tool,) if task.kind == "tool" and task.tool else ()

    def asks(self) -> tuple[str, ...]:
        """Return the paths of the tasks that ask a person, or may."""
        return tuple(
            task.path
            for task in self.document.walk()
            if not task.disabled
            and (
                task.kind == "approval"
                or any(self.verdicts.get(name) == "ask" for name in self._used(task))
            )
        )


def in_turn(tasks: Sequence[Task]) -> list[Task]:
    """Return tasks so that each follows what it needs, else as they are written."""
    waiting = list(tasks)
    known = {task.id for task in tasks}
    done: set[str] = set()
    ordered: list[Task] = []
    while waiting:
        ready = (task for task in waiting if done.issuperset(known.intersection(task.needs)))
        # A cycle has a finding of its own; here it only must not hang.
        task = next(ready, waiting[0])
        waiting.remove(task)
        done.add(task.id)
        ordered.append(task)
    return ordered
