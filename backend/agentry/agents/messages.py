"""What is said between a task and a model, the same for every provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from agentry.base.json import Json, JsonObject
from agentry.tools.port import ToolOffer as ToolOffer


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One tool use that a model asks for; `call_id` is ours and stable over crashes."""

    call_id: str
    tool: str
    args: JsonObject


@dataclass(frozen=True, slots=True)
class SystemMessage:
    """The agent's prompt."""

    text: str
    role: Literal["system"] = "system"


@dataclass(frozen=True, slots=True)
class UserMessage:
    """The task's input."""

    text: str
    role: Literal["user"] = "user"


@dataclass(frozen=True, slots=True)
class AssistantMessage:
    """What the model replied: words, calls, or both."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    role: Literal["assistant"] = "assistant"


@dataclass(frozen=True, slots=True)
class ToolMessage:
    """What a call returned, handed to the model in call order."""

    call_id: str
    tool: str
    ok: bool
    output: Json
    role: Literal["tool"] = "tool"


Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of one reply.

    `cost_usd` None = unknown, never 0; `estimated` = not counted by a provider.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_usd: float | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One turn's answer from a model."""

    text: str
    calls: tuple[ToolCall, ...]
    usage: Usage
    model: str
    finish: str = "stop"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a model. `context` is what expressions see; only scripted models read it."""

    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolOffer, ...]
    turn_key: str
    options: JsonObject = field(default_factory=lambda: {})
    output_schema: JsonObject | None = None
    context: JsonObject = field(default_factory=lambda: {})
