"""Work on an agent task: turns with a model until it answers; recorded turns are not repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from agentry.agents.answer import NotTyped, demand, typed
from agentry.agents.messages import (
    Ask,
    AssistantMessage,
    Message,
    Reply,
    SystemMessage,
    ToolCall,
    ToolMessage,
    ToolOffer,
    UserMessage,
)
from agentry.agents.model import Model, ModelFailed
from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.flow.expr import as_text
from agentry.flow.template import fill
from agentry.tools.port import CallResult

ASKED_AT_MOST = 4
"""How often one turn is asked while its provider fails in passing; waits 1, 2 and 4 s between."""


@dataclass(frozen=True, slots=True)
class AgentTask:
    """One task for an agent. `key` is `path#attempt`; `context` is what expressions see."""

    key: str
    agent: str
    model: str
    provider: str
    prompt: str
    input: Json
    offers: tuple[ToolOffer, ...] = ()
    options: JsonObject = field(default_factory=lambda: {})
    output_schema: JsonObject | None = None
    max_turns: int = 20
    context: JsonObject = field(default_factory=lambda: {})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the task gives, and how many turns it took."""

    output: Json
    turns: int


class Toolbox(Protocol):
    """The way to tools. Gives recorded results after a crash; what it raises ends the work."""

    async def call(self, call: ToolCall) -> CallResult: ...


class TurnLog(Protocol):
    """The journal's part for turns, numbered from 1."""

    def past(self, turn: int) -> Reply | None: ...
    async def started(self, turn: int, ask: Ask) -> None: ...
    async def replied(self, turn: int, reply: Reply) -> None: ...
    def delta(self, turn: int, text: str) -> None: ...


class MaxTurnsReached(AgentryError):
    """The agent used up its turns without an answer."""

    code, status = "max_turns_reached", 422

    def __init__(self, agent: str, turns: int) -> None:
        super().__init__(
            f"Agent {agent!r} took all of its {turns} turns and gave no answer.",
            hint="Raise `max_turns` of the agent, or make its task smaller.",
        )


class AnswerNotTyped(AgentryError):
    """The answer does not fit the task's `output:` schema, also after it was asked to mend it."""

    code, status = "answer_not_typed", 422

    def __init__(self, agent: str, reason: str) -> None:
        super().__init__(
            f"Agent {agent!r} did not give the answer that `output:` asks for: {reason}",
            hint="Simplify the schema, or say in the prompt what the answer must look like.",
        )


async def work(
    task: AgentTask,
    model: Model,
    tools: Toolbox,
    turns: TurnLog,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Answer:
    """Take turns until the agent answers.

    A tool's failure is handed to the model as text. Raises `MaxTurnsReached`, `AnswerNotTyped`,
    `ModelFailed`, and whatever `tools` and `turns` raise.
    """
    messages = _opening(task)
    mended = False
    for turn in range(1, task.max_turns + 1):
        reply = await _take_turn(task, model, turns, turn, tuple(messages), sleep)
        messages.append(AssistantMessage(reply.text, reply.calls))
        if reply.calls:
            if turn < task.max_turns:
                messages += [await _call(task, tools, call) for call in reply.calls]
            continue
        if task.output_schema is None:
            return Answer(reply.text, turn)
        try:
            return Answer(typed(reply.text, task.output_schema), turn)
        except NotTyped as misfit:
            if mended:
                raise AnswerNotTyped(task.agent, misfit.reason) from None
            mended = True
            messages.append(UserMessage(f"{misfit.reason} {demand(task.output_schema)}"))
    raise MaxTurnsReached(task.agent, task.max_turns)


def _opening(task: AgentTask) -> list[Message]:
    known = task.context.get("vars")
    known = (
        {name: as_text(value) for name, value in known.items()} if isinstance(known, dict) else {}
    )
    prompt = fill(task.prompt, known)
    if task.output_schema is not None:
        prompt = f"{prompt}\n\n{demand(task.output_schema)}".strip()
    opening: list[Message] = [SystemMessage(prompt)] if prompt else []
    asked = task.input if isinstance(task.input, str) else as_text(task.input)
    return [*opening, UserMessage(fill(asked, known) if task.input is not None else "")]


async def _take_turn(
    task: AgentTask,
    model: Model,
    turns: TurnLog,
    turn: int,
    messages: tuple[Message, ...],
    sleep: Callable[[float], Awaitable[None]],
) -> Reply:
    past = turns.past(turn)
    if past is not None:
        return past
    ask = Ask(
        model=task.model,
        messages=messages,
        tools=task.offers,
        turn_key=f"{task.key}/turn-{turn}",
        options=task.options,
        output_schema=task.output_schema,
        context={**task.context, "input": task.input},
    )
    await turns.started(turn, ask)
    reply = await _ask(model, ask, lambda words: turns.delta(turn, words), sleep)
    # A provider's own call ids differ each time it is asked; ours must not.
    calls = tuple(
        replace(call, call_id=f"{ask.turn_key}/call-{place}")
        for place, call in enumerate(reply.calls)
    )
    reply = replace(reply, calls=calls)
    await turns.replied(turn, reply)
    return reply


async def _ask(
    model: Model,
    ask: Ask,
    on_delta: Callable[[str], None],
    sleep: Callable[[float], Awaitable[None]],
) -> Reply:
    for tried in range(1, ASKED_AT_MOST):
        try:
            return await model.reply(ask, on_delta)
        except ModelFailed as failure:
            if not failure.transient:
                raise
            await sleep(failure.retry_after_s or 2.0 ** (tried - 1))
    return await model.reply(ask, on_delta)


async def _call(task: AgentTask, tools: Toolbox, call: ToolCall) -> ToolMessage:
    if call.tool not in {offer.name for offer in task.offers}:
        has = ", ".join(offer.name for offer in task.offers) or "none"
        return ToolMessage(
            call.call_id, call.tool, False, f"There is no tool {call.tool!r} here; you have: {has}."
        )
    result = await tools.call(call)
    return ToolMessage(
        call.call_id, call.tool, result.ok, result.output if result.ok else _failure(result)
    )


def _failure(result: CallResult) -> str:
    said = f"The call failed ({result.error_code}): {result.message}"
    return said if result.output is None else f"{said}\n{as_text(result.output)}"
