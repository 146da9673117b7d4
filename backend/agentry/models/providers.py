"""OpenAI, Anthropic and Ollama behind the `Model` port: streamed words, calls, usage, cost."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agentry.agents.messages import Ask, Reply
from agentry.agents.model import Model, ModelFailed
from agentry.agents.router import PROVIDERS
from agentry.agents.scripted import ScriptedModel

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.models import Model as WireModel

KEYS: Mapping[str, str] = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
_BASES: Mapping[str, tuple[str, str]] = {
    "openai": ("OPENAI_BASE_URL", "https://api.openai.com/v1"),
    "anthropic": ("ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    "ollama": ("OLLAMA_BASE_URL", "http://127.0.0.1:11434/v1"),
}


def ready(provider: str, env: Mapping[str, str]) -> bool:
    """Return whether a provider can be asked with what `env` holds; reaches for nothing."""
    if provider == "ollama":
        return bool(env.get("OLLAMA_BASE_URL") or env.get("OLLAMA_HOST"))
    return provider == "scripted" or bool(provider in KEYS and env.get(KEYS[provider]))


def wants(provider: str) -> str:
    """Return the sentence that says how to get a provider ready."""
    if provider == "ollama":
        return "Set OLLAMA_BASE_URL, such as http://127.0.0.1:11434/v1."
    return f"Set {KEYS[provider]}." if provider in KEYS else ""


def open_model(provider: str, env: Mapping[str, str] | None = None) -> Model:
    """Return the model port of a provider; reaches for nothing yet.

    Keys and base URLs come from `env` (None: from this process's own), never from a flow.
    """
    if provider == "scripted":
        return ScriptedModel()
    if provider not in PROVIDERS:
        raise ModelFailed(
            f"Provider {provider!r} is not known.", hint=f"Known providers: {', '.join(PROVIDERS)}."
        )
    return ProviderModel(provider, os.environ if env is None else env)


def base_url(provider: str, env: Mapping[str, str]) -> str:
    """Return where a provider is reached."""
    variable, default = _BASES[provider]
    address = env.get(variable) or default
    if provider == "ollama":
        host = env.get("OLLAMA_HOST", "")
        if host and not env.get(variable):
            address = host if "://" in host else f"http://{host}"
            # Ollama's own variable says where it listens: every address, and its usual port.
            address = address.replace("//0.0.0.0", "//127.0.0.1")
            if address.count(":") < 2:
                address += ":11434"
        address = address.rstrip("/")
        return address if address.endswith("/v1") else f"{address}/v1"
    return address.rstrip("/")


def turn_price(provider: str, model: str, asked: int, answered: int) -> float | None:
    """Return USD for a turn of so many tokens; None where the price is not known."""
    # The price list takes a while to load, and only flows with a budget need it.
    from agentry.models.prices import turn_usd

    return turn_usd(provider, model, asked, answered)


class ProviderModel:
    """One provider. Opens a connection for each request: replies take seconds, so none is kept."""

    def __init__(self, provider: str, env: Mapping[str, str]) -> None:
        self._provider = provider
        self._key = env.get(f"{provider.upper()}_API_KEY", "")
        self._base_url = base_url(provider, env)

    async def reply(self, ask: Ask, on_delta: Callable[[str], None]) -> Reply:
        """Ask once, without the provider client's own retries; raise `ModelFailed`."""
        import httpx2

        from agentry.models.failures import explained
        from agentry.models.wire import read_reply, settings_of

        if self._provider in KEYS and not self._key:
            raise ModelFailed(
                f"No key for {self._provider}: {KEYS[self._provider]} is not set.",
                hint=f"Set {KEYS[self._provider]} and start again, or use another model.",
            )
        settings = settings_of(self._provider, ask.options)
        try:
            async with httpx2.AsyncClient() as client:
                model = self._wire_model(ask.model, client)
                response = await self._stream(model, ask, settings, on_delta)
        except ModelFailed:
            raise
        except Exception as error:
            raise explained(error, self._provider, self._base_url, ask.model, self._key) from None
        return read_reply(response, ask, self._provider)

    async def _stream(
        self,
        model: WireModel,
        ask: Ask,
        settings: Mapping[str, object],
        on_delta: Callable[[str], None],
    ) -> ModelResponse:
        from pydantic_ai.direct import model_request_stream
        from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

        from agentry.models.wire import as_settings, messages_of, parameters_of

        async with model_request_stream(
            model,
            messages_of(ask.messages),
            model_settings=as_settings(settings),
            model_request_parameters=parameters_of(ask),
            instrument=False,
        ) as stream:
            async for event in stream:
                match event:
                    case PartStartEvent(part=TextPart(content=words)) if words:
                        on_delta(words)
                    case PartDeltaEvent(delta=TextPartDelta(content_delta=words)) if words:
                        on_delta(words)
                    case _:
                        pass
            return stream.get()

    def _wire_model(self, name: str, client: httpx2.AsyncClient) -> WireModel:
        if self._provider == "anthropic":
            from pydantic_ai.models.anthropic import AnthropicModel
            from pydantic_ai.providers.anthropic import AnthropicProvider

            anthropic = AnthropicProvider(
                api_key=self._key, base_url=self._base_url, http_client=client
            )
            return AnthropicModel(name, provider=anthropic)
        if self._provider == "ollama":
            from pydantic_ai.models.ollama import OllamaModel
            from pydantic_ai.providers.ollama import OllamaProvider

            ollama = OllamaProvider(
                base_url=self._base_url, api_key=self._key or "none", http_client=client
            )
            return OllamaModel(name, provider=ollama)
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        openai = OpenAIProvider(base_url=self._base_url, api_key=self._key, http_client=client)
        return OpenAIChatModel(name, provider=openai)
