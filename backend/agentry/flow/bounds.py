"""The most that a flow can take: numbers where they are known, what they depend on where not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from agentry.base.json import Json
from agentry.flow.choices import Choice, choices, whole_number
from agentry.flow.document import Document, Task
from agentry.flow.graph import bare

Price = Callable[[str, str, int | None], float | None]
"""(provider, model, max_tokens) -> the most that one turn can cost in USD; None: not known."""

Factors = tuple[str, ...]


def no_price(provider: str, model: str, max_tokens: int | None) -> None:
    """Know no price at all: the simplest `Price`."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A sum such as `3 + 20 × (items of inputs.files)`: factors not known yet -> how often."""

    terms: Mapping[Factors, float] = field(default_factory=lambda: {})

    @classmethod
    def of(cls, number: float) -> Bound:
        return cls({(): number} if number else {})

    @classmethod
    def open(cls, what: str) -> Bound:
        """Return a number that only the run will know."""
        return cls({(what,): 1})

    @property
    def known(self) -> float | None:
        """The number, or None where it depends on something."""
        return self.terms.get((), 0) if self.terms.keys() <= {()} else None

    def plus(self, other: Bound) -> Bound:
        keys = dict.fromkeys((*self.terms, *other.terms))
        return Bound({key: self.terms.get(key, 0) + other.terms.get(key, 0) for key in keys})

    def most(self, other: Bound) -> Bound:
        """Return a bound of either; where factors differ, of both together."""
        keys = dict.fromkeys((*self.terms, *other.terms))
        return Bound({key: max(self.terms.get(key, 0), other.terms.get(key, 0)) for key in keys})

    def times(self, other: Bound) -> Bound:
        product: dict[Factors, float] = {}
        for ours, left in self.terms.items():
            for theirs, right in other.terms.items():
                key = (*ours, *theirs)
                product[key] = product.get(key, 0) + left * right
        return Bound(product)

    def text(self, show: Callable[[float], str] = lambda number: f"{number:g}") -> str:
        """Return the sum in words, the plain number first."""
        if not self.terms:
            return show(0)
        parts = sorted(self.terms.items(), key=lambda term: len(term[0]))
        return " + ".join(_term(factors, number, show) for factors, number in parts)


def _term(factors: Factors, number: float, show: Callable[[float], str]) -> str:
    shown = [f"({factor})" for factor in factors]
    return " × ".join(shown if number == 1 and factors else [show(number), *shown])


@dataclass(frozen=True, slots=True)
class Most:
    """The most turns and calls, the most USD, and whose price is not known."""

    turns: Bound = Bound()
    calls: Bound = Bound()
    usd: Bound = Bound()
    unpriced: frozenset[str] = frozenset()

    def plus(self, other: Most) -> Most:
        return Most(
            self.turns.plus(other.turns),
            self.calls.plus(other.calls),
            self.usd.plus(other.usd),
            self.unpriced | other.unpriced,
        )

    def either(self, other: Most) -> Most:
        return Most(
            self.turns.most(other.turns),
            self.calls.most(other.calls),
            self.usd.most(other.usd),
            self.unpriced | other.unpriced,
        )

    def times(self, count: Bound) -> Most:
        return Most(
            self.turns.times(count), self.calls.times(count), self.usd.times(count), self.unpriced
        )


@dataclass(frozen=True, slots=True)
class Count:
    """Counts what a document's tasks can take."""

    document: Document
    price: Price

    def list(self, tasks: Iterable[Task]) -> Most:
        """Return the most that a list of tasks takes."""
        total = Most()
        for task in tasks:
            total = total.plus(self.task(task))
        return total

    def task(self, task: Task) -> Most:
        """Return the most that one task takes, with its retries and its ways out."""
        if task.disabled:
            return Most()
        once = self._once(task)
        if task.retry is not None:
            once = once.times(Bound.of(task.retry.attempts))
        return once.plus(self.list(task.rescue)).plus(self.list(task.on_expire))

    def _once(self, task: Task) -> Most:
        match task.kind:
            case "agent":
                return self._agent(task)
            case "tool":
                return Most(calls=Bound.of(1))
            case "condition":
                worst = Most()
                for branch in task.branches:
                    worst = worst.either(self.list(branch.tasks))
                return worst
            case "loop":
                return self.list(task.children).times(rounds(task, self.document))
            case "flow":
                named = f"flow {task.flow!r}"
                turns, calls = Bound.open(f"turns of {named}"), Bound.open(f"calls of {named}")
                return Most(turns, calls, unpriced=frozenset({named}))
            case _:
                return self.list(task.children)

    def _agent(self, task: Task) -> Most:
        agent = self.document.agents.get(task.agent or "")
        if agent is None:
            return Most()
        worst = Most()
        for choice in choices(agent.model, self.document):
            turns = agent.max_turns
            if choice.script is not None:
                turns = min(turns, len(choice.script))
                asked = sum(_calls(turn) for turn in choice.script[:turns])
                calls = Bound.of(asked)
            else:
                per_turn = Bound.open("calls that one turn asks for")
                calls = per_turn.times(Bound.of(turns)) if agent.tools else Bound()
            worst = worst.either(self._priced(choice, turns, calls))
        return worst

    def _priced(self, choice: Choice, turns: int, calls: Bound) -> Most:
        price = 0.0
        if choice.script is None:
            known = self.price(choice.provider, choice.model, choice.max_tokens)
            if known is None:
                return Most(Bound.of(turns), calls, unpriced=frozenset({choice.name}))
            price = known
        return Most(Bound.of(turns), calls, Bound.of(turns * price))


def rounds(task: Task, document: Document) -> Bound:
    """Return how often the body of a loop is done at most."""
    if task.while_ is not None:
        limit = task.max_iterations
        return Bound.open("iterations") if limit is None else Bound.of(limit)
    if task.times is not None:
        return Bound.of(task.times) if whole_number(task.times) else Bound.open(bare(task.times))
    if isinstance(task.each, list):
        return Bound.of(len(task.each))
    source = bare(task.each)
    root, _, name = source.partition(".")
    most = document.inputs.get(name, {}).get("maxItems") if root == "inputs" else None
    return Bound.of(most) if whole_number(most) else Bound.open(f"items of {source}")


def _calls(turn: Json) -> int:
    calls = turn.get("calls") if isinstance(turn, dict) else None
    return len(calls) if isinstance(calls, list) else 0
