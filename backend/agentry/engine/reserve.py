"""The most that one turn of a model can use: what is set aside for it before it begins."""

from __future__ import annotations

from collections.abc import Callable

from agentry.agents.messages import Ask, AssistantMessage, Message, ToolMessage
from agentry.base.json import JsonObject, encode

Price = Callable[[str, str, int, int], float | None]
"""(provider, model, tokens asked, tokens answered) -> USD; None where the price is not known."""

REPLY_TOKENS = 4096
"""The longest reply of a task with a budget whose model has no `max_tokens` of its own."""
_BYTES_A_TOKEN = 3  # fewer than any common text has, so that the estimate is rather too high
_TOKENS_A_MESSAGE = 8


def no_price(provider: str, model: str, asked: int, answered: int) -> float | None:
    """Know no price."""
    del provider, model, asked, answered


def bounded(options: JsonObject) -> JsonObject:
    """Return a model's options with a longest reply."""
    return {"max_tokens": REPLY_TOKENS, **options}


def reserve_for(ask: Ask, provider: str, price: Price) -> JsonObject:
    """Return `{tokens, cost_usd}`: what `ask`, whose options are bounded, can use at most."""
    size = sum(_bytes_of(message) for message in ask.messages)
    size += sum(len(encode([t.name, t.description, t.schema]).encode()) for t in ask.tools)
    asked = -(-size // _BYTES_A_TOKEN) + _TOKENS_A_MESSAGE * (len(ask.messages) + 1)
    most = ask.options.get("max_tokens")
    answered = most if isinstance(most, int) else REPLY_TOKENS
    return {
        "tokens": asked + answered,
        "cost_usd": price(provider, ask.model, asked, answered),
    }


def _bytes_of(message: Message) -> int:
    match message:
        case AssistantMessage(text, calls):
            size = len(text.encode())
            return size + sum(len(encode([call.tool, call.args]).encode()) for call in calls)
        case ToolMessage(_, _, _, output):
            return len(encode(output).encode())
        case _:
            return len(message.text.encode())
