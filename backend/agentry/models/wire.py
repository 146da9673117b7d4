"""Between our messages and the provider library's. Imported only when a provider is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import httpx2
from genai_prices import calc_price
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

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
from agentry.base.json import JsonObject, decode
from agentry.flow.expr import as_text

RESULT_LETTERS = 100_000
"""How much of one call's output a model gets to read; the journal keeps all of it."""

_SILENCE_S = 180.0
_CONNECT_S = 10.0


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, str) for item in cast("list[object]", value)
    )


_OPTIONS: Mapping[str, tuple[str, Callable[[object], bool], str]] = {
    "temperature": ("temperature", _number, "a number"),
    "top_p": ("top_p", _number, "a number"),
    "max_tokens": ("max_tokens", _whole, "a whole number"),
    "seed": ("seed", _whole, "a whole number"),
    "timeout": ("timeout", _number, "seconds"),
    "stop": ("stop_sequences", _texts, "a list of texts"),
    "reasoning_effort": ("openai_reasoning_effort", lambda value: isinstance(value, str), "text"),
}


def settings_of(provider: str, options: JsonObject) -> dict[str, object]:
    """Return model options in the library's words; raise `ModelFailed` on one not known."""
    settings: dict[str, object] = {"timeout": _SILENCE_S, "max_retries": 0}
    for name, value in options.items():
        if name == "base_url":
            # A flow from a stranger must not choose where our key is sent.
            raise ModelFailed(
                "A flow cannot choose where a provider is reached: your key would go there.",
                hint=f"Take `base_url` out of the flow and set {provider.upper()}_BASE_URL.",
            )
        if name not in _OPTIONS or (name == "reasoning_effort" and provider == "anthropic"):
            known = ", ".join(_OPTIONS)
            raise ModelFailed(
                f"Model option {name!r} is not known for {provider}.", hint=f"Known: {known}."
            )
        wire_name, fits, kind = _OPTIONS[name]
        if not fits(value):
            raise ModelFailed(f"Model option {name!r} must be {kind}; it is {as_text(value)}.")
        settings[wire_name] = value
    return settings


def as_settings(settings: Mapping[str, object]) -> ModelSettings:
    """Return checked settings as the library's type; its time-out is for each silence."""
    silence = float(cast("float", settings["timeout"]))
    timeout = httpx2.Timeout(silence, connect=min(silence, _CONNECT_S))
    return cast("ModelSettings", {**settings, "timeout": timeout})


def parameters_of(ask: Ask) -> ModelRequestParameters:
    """Return the tools as the library offers them."""
    tools = [
        ToolDefinition(
            name=offer.name,
            description=offer.description,
            parameters_json_schema=dict(offer.schema),
            # A strict rewrite of the schema would make optional arguments required.
            strict=False,
        )
        for offer in ask.tools
    ]
    return ModelRequestParameters(function_tools=tools)


def messages_of(messages: Sequence[Message]) -> list[ModelMessage]:
    """Return the conversation so far; what stands between two replies becomes one request."""
    said: list[ModelMessage] = []
    waiting: list[ModelRequestPart] = []
    for message in messages:
        match message:
            case SystemMessage():
                waiting.append(SystemPromptPart(message.text))
            case UserMessage():
                waiting.append(UserPromptPart(message.text))
            case ToolMessage():
                waiting.append(
                    ToolReturnPart(message.tool, _readable(message), wire_id(message.call_id))
                )
            case AssistantMessage():
                said.append(ModelRequest(parts=waiting))
                waiting = []
                said.append(ModelResponse(parts=_parts(message)))
    if waiting:
        said.append(ModelRequest(parts=waiting))
    return said


def _parts(message: AssistantMessage) -> list[ModelResponsePart]:
    parts: list[ModelResponsePart] = [TextPart(message.text)] if message.text else []
    return parts + [
        ToolCallPart(call.tool, dict(call.args), wire_id(call.call_id)) for call in message.calls
    ]


def wire_id(call_id: str) -> str:
    """Return a call's id as providers take it: at most 40 letters, none of them special."""
    return "call_" + hashlib.sha256(call_id.encode()).hexdigest()[:24]


def _readable(message: ToolMessage) -> str:
    text = as_text(message.output)
    if len(text) <= RESULT_LETTERS:
        return text
    return f"{text[:RESULT_LETTERS]}\n… cut: {len(text) - RESULT_LETTERS} more letters."


def read_reply(response: ModelResponse, ask: Ask, provider: str) -> Reply:
    """Return the library's response as ours; raise `ModelFailed` where it is no whole reply."""
    text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
    finish = response.finish_reason
    if finish is None or finish == "error":
        raise ModelFailed(f"The answer of {provider} broke off.", transient=True)
    if finish == "content_filter":
        raise ModelFailed(f"{provider} withheld the answer: its content filter spoke up.")
    called = [part for part in response.parts if isinstance(part, ToolCallPart)]
    if finish == "length" and (called or not text):
        raise ModelFailed(
            f"Model {ask.model!r} reached its output limit before it had finished.",
            hint="Raise the model option `max_tokens`.",
        )
    calls = tuple(
        ToolCall(f"{ask.turn_key}/call-{place}", part.tool_name, _args(part, ask.model))
        for place, part in enumerate(called)
    )
    return Reply(
        text=text,
        calls=calls,
        usage=_usage(response, ask, provider),
        model=response.model_name or ask.model,
        finish="calls" if calls else finish,
    )


def _args(part: ToolCallPart, model: str) -> JsonObject:
    if part.args is None or part.args == "":
        return {}
    try:
        value = decode(part.args) if isinstance(part.args, str) else part.args
    except ValueError:
        value = None
    if isinstance(value, dict):
        return cast("JsonObject", value)
    raise ModelFailed(
        f"Model {model!r} asked for {part.tool_name!r} with arguments that are no JSON object.",
        transient=True,
    )


def _usage(response: ModelResponse, ask: Ask, provider: str) -> Usage:
    counted = response.usage
    if counted.unmeasured_requests or not (counted.input_tokens or counted.output_tokens):
        return _estimate(response, ask)
    return Usage(
        input_tokens=counted.input_tokens,
        output_tokens=counted.output_tokens,
        cached_tokens=counted.cache_read_tokens,
        cost_usd=_cost(response, ask.model, provider),
    )


def _cost(response: ModelResponse, model: str, provider: str) -> float | None:
    # Looked up by the provider's name: a base URL of one's own would hide a price that is known.
    for name in dict.fromkeys((response.model_name or model, model)):
        try:
            price = calc_price(
                response.usage,
                name,
                provider_id=provider,
                genai_request_timestamp=response.timestamp,
            )
        except (LookupError, ValueError):
            continue
        return float(price.total_price)
    return None


def _estimate(response: ModelResponse, ask: Ask) -> Usage:
    """Count four bytes to a token where the provider counted nothing."""
    asked = sum(len(repr(message).encode()) for message in ask.messages)
    given = sum(
        len(part.content.encode()) if isinstance(part, TextPart) else len(repr(part).encode())
        for part in response.parts
    )
    return Usage(-(-asked // 4), -(-given // 4), estimated=True)
