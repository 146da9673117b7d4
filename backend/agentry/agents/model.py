"""The port to language models: lives here, with its consumer; providers are adapters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agentry.agents.messages import Ask, Reply
from agentry.base.errors import AgentryError


class Model(Protocol):
    """Anything that answers an `Ask`. `on_delta` gets words as they stream; nobody stores them."""

    async def reply(self, ask: Ask, on_delta: Callable[[str], None]) -> Reply: ...


class ModelFailed(AgentryError):
    """The provider did not answer; `transient` says whether asking again may help.

    `retry_after_s` is how long the provider asked to be left alone, where it said so.
    """

    code, status = "model_failed", 502

    def __init__(
        self,
        detail: str,
        *,
        hint: str = "",
        transient: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail, hint=hint)
        self.transient = transient
        self.retry_after_s = retry_after_s
