"""A model without a key: it follows the turns written in the flow to the letter, every time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agentry.agents.messages import (
    Ask,
    AssistantMessage,
    Message,
    Reply,
    SystemMessage,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)
from agentry.agents.model import ModelFailed
from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject, encode
from agentry.flow.expr import as_text, resolve

NAME = "scripted"
_WORDS = re.compile(r"\S+\s*|\s+")
_WORDS_AT_ONCE = 6
_DIGEST_LETTERS = 280


class ScriptedModel:
    """Answers by `options["turns"]`: a list of `{calls: [{tool, with}]}` and `{answer}`.

    Each turn's `${{ }}` see what the flow's expressions see, plus `input` and `calls` (all results
    so far: `{tool, args, ok, output}`). It is no language model and says so where it has no script.
    """

    async def reply(self, ask: Ask, on_delta: Callable[[str], None]) -> Reply:
        """Give the next turn; raise `ModelFailed` where its templates give nothing."""
        taken = sum(isinstance(message, AssistantMessage) for message in ask.messages)
        text, calls = _turn(ask, taken)
        for piece in _pieces(text):
            on_delta(piece)
        asked = tuple(
            ToolCall(f"{ask.turn_key}/call-{place}", tool, args)
            for place, (tool, args) in enumerate(calls)
        )
        usage = Usage(
            input_tokens=_tokens(_letters_of(ask.messages)),
            output_tokens=_tokens(text + "".join(tool + encode(args) for tool, args in calls)),
            cost_usd=0.0,
            estimated=True,
        )
        return Reply(text, asked, usage, NAME, "calls" if asked else "stop")


Calls = list[tuple[str, JsonObject]]


def _turn(ask: Ask, taken: int) -> tuple[str, Calls]:
    turns = ask.options.get("turns")
    if not isinstance(turns, list) or not turns:
        return _digest(ask), []
    if taken >= len(turns):
        return f"The script of this scripted model has no more turns (it has {len(turns)}).", []
    turn = turns[taken]
    if not isinstance(turn, dict):
        raise ModelFailed(f"Turn {taken + 1} of the script is not an object.", hint=_SHAPE)
    scope = _scope(ask)
    try:
        answer = turn.get("answer")
        text = "" if answer is None else as_text(resolve(answer, scope))
        return text, _calls(turn.get("calls"), scope, taken)
    except ModelFailed:
        raise
    except AgentryError as problem:
        raise ModelFailed(
            f"Turn {taken + 1} of the script cannot be followed: {problem.detail}",
            hint=problem.hint,
        ) from None


_SHAPE = "A turn is `{calls: [{tool: NAME, with: {…}}]}` or `{answer: …}`."


def _calls(written: Json, scope: JsonObject, taken: int) -> Calls:
    calls: Calls = []
    for item in written if isinstance(written, list) else []:
        tool = item.get("tool") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(tool, str):
            raise ModelFailed(
                f"A call in turn {taken + 1} of the script names no tool.", hint=_SHAPE
            )
        args = resolve(item.get("with", {}), scope)
        calls.append((tool, args if isinstance(args, dict) else {}))
    return calls


def _scope(ask: Ask) -> JsonObject:
    asked = {
        call.call_id: call
        for message in ask.messages
        if isinstance(message, AssistantMessage)
        for call in message.calls
    }
    calls: list[Json] = [
        {
            "tool": message.tool,
            "args": asked[message.call_id].args if message.call_id in asked else {},
            "ok": message.ok,
            "output": message.output,
        }
        for message in ask.messages
        if isinstance(message, ToolMessage)
    ]
    scope: JsonObject = {"input": _input(ask.messages), **ask.context, "calls": calls}
    return scope


def _input(messages: Sequence[Message]) -> str:
    return next((said.text for said in messages if isinstance(said, UserMessage)), "")


def _digest(ask: Ask) -> str:
    line = " ".join(_input(ask.messages).split())
    cut = line if len(line) <= _DIGEST_LETTERS else line[: _DIGEST_LETTERS - 1] + "…"
    said = f"It was asked: {cut}" if cut else "It was asked nothing."
    return (
        "This is a scripted stand-in without a script, no language model, so nobody thought about "
        f"this. {said}"
    )


def _pieces(text: str) -> list[str]:
    words = _WORDS.findall(text)
    return [
        "".join(words[place : place + _WORDS_AT_ONCE])
        for place in range(0, len(words), _WORDS_AT_ONCE)
    ]


def _letters_of(messages: Sequence[Message]) -> str:
    parts: list[str] = []
    for message in messages:
        match message:
            case SystemMessage() | UserMessage():
                parts.append(message.text)
            case AssistantMessage():
                parts.append(message.text)
                parts += [call.tool + encode(call.args) for call in message.calls]
            case ToolMessage():
                parts.append(as_text(message.output))
    return "".join(parts)


def _tokens(text: str) -> int:
    """Estimate: four bytes to a token, rounded up."""
    return -(-len(text.encode()) // 4)
