"""A model, a toolbox and a journal that live in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agentry.agents.loop import AgentTask
from agentry.agents.messages import Ask, Reply, ToolCall, ToolOffer, Usage
from agentry.base.json import Json, JsonObject
from agentry.tools.port import CallResult


def offer(name: str) -> ToolOffer:
    return ToolOffer(name, f"Does {name}.", {"type": "object"})


def says(text: str) -> Reply:
    return Reply(text, (), Usage(1, 1), "fake")


def calls(*wanted: tuple[str, JsonObject], text: str = "") -> Reply:
    return Reply(
        text, tuple(ToolCall("theirs", tool, args) for tool, args in wanted), Usage(), "fake"
    )


def task(
    given: Json = "Do it.",
    *,
    prompt: str = "You work.",
    output_schema: JsonObject | None = None,
    max_turns: int = 20,
    options: JsonObject | None = None,
    context: JsonObject | None = None,
    tools: Sequence[str] = ("echo",),
) -> AgentTask:
    return AgentTask(
        key="build/plan#1",
        agent="planner",
        model="fake",
        provider="fake",
        prompt=prompt,
        input=given,
        offers=tuple(offer(name) for name in tools),
        options=options or {},
        output_schema=output_schema,
        max_turns=max_turns,
        context=context or {},
    )


@dataclass
class FakeModel:
    """Gives what it was given, in order; an exception among it is raised."""

    replies: list[Reply | Exception]
    asks: list[Ask] = field(default_factory=lambda: [])

    async def reply(self, ask: Ask, on_delta: Callable[[str], None]) -> Reply:
        self.asks.append(ask)
        given = self.replies.pop(0)
        if isinstance(given, Exception):
            raise given
        on_delta(given.text)
        return given


@dataclass
class FakeToolbox:
    """Echoes arguments, or gives what `results` holds for a tool."""

    results: dict[str, CallResult | Exception] = field(default_factory=lambda: {})
    seen: list[ToolCall] = field(default_factory=lambda: [])

    async def call(self, call: ToolCall) -> CallResult:
        self.seen.append(call)
        result = self.results.get(call.tool, CallResult(True, call.args))
        if isinstance(result, Exception):
            raise result
        return result


@dataclass
class FakeTurns:
    """A journal of turns; hand it to a second piece of work to stand for a restart."""

    replies: dict[int, Reply] = field(default_factory=lambda: {})
    begun: list[int] = field(default_factory=lambda: [])
    deltas: list[tuple[int, str]] = field(default_factory=lambda: [])

    def past(self, turn: int) -> Reply | None:
        return self.replies.get(turn)

    async def started(self, turn: int, ask: Ask) -> None:
        self.begun.append(turn)

    async def replied(self, turn: int, reply: Reply) -> None:
        self.replies[turn] = reply

    def delta(self, turn: int, text: str) -> None:
        self.deltas.append((turn, text))
