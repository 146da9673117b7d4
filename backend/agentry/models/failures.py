"""What a provider's failure means, as one sentence that holds no key."""

from __future__ import annotations

from typing import cast

from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelContextWindowExceededError,
    ModelHTTPError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestTimeout,
    ModelServerError,
    ModelTimeoutError,
    ModelUnavailableError,
    UserError,
)

from agentry.agents.model import ModelFailed
from agentry.base.redact import redact
from agentry.models.providers import KEYS

_MOST_WAITED_S = 60.0
_SAID_LETTERS = 300


def explained(error: Exception, provider: str, base_url: str, model: str, key: str) -> ModelFailed:
    """Return the failure as `ModelFailed`, cut short and cleared of `key`."""
    failed = _explained(error, provider, base_url, model)
    failed.detail = str(redact(failed.detail, (key,)))
    failed.args = (failed.detail,)
    return failed


def _explained(error: Exception, provider: str, base_url: str, model: str) -> ModelFailed:
    match error:
        case ModelAuthenticationError():
            variable = KEYS.get(provider)
            return ModelFailed(
                f"{provider} refused the key{_status(error)}.",
                hint=f"Check {variable} and that it may use {model!r}."
                if variable
                else f"Check that {base_url} lets you in.",
            )
        case ModelQuotaExceededError():
            return ModelFailed(
                f"The quota or credit at {provider} is used up{_status(error)}.",
                hint=f"Look into the account at {provider}, or use another model.",
            )
        case ModelRateLimitError():
            waits = error.retry_after
            return ModelFailed(
                f"{provider} asks for fewer requests{_status(error)}.",
                hint="Wait a little, or run fewer tasks side by side.",
                transient=waits is None or waits <= _MOST_WAITED_S,
                retry_after_s=waits,
            )
        case ModelNotFoundError():
            return ModelFailed(
                f"{provider} knows no model {model!r}{_status(error)}.",
                hint=f"Check the model's name; {base_url} was asked.",
            )
        case ModelContextWindowExceededError():
            return ModelFailed(
                f"The conversation is longer than model {model!r} can read.",
                hint="Give the task less to read, or use a model with a larger window.",
            )
        case ModelAPIError():
            return _in_passing(error, provider, base_url)
        case UserError():
            return ModelFailed(f"Model {model!r} cannot be asked: {_short(error.message)}")
        case _:
            return ModelFailed(
                f"{provider} could not be understood ({type(error).__name__}): {_short(str(error))}"
            )


def _in_passing(error: ModelAPIError, provider: str, base_url: str) -> ModelFailed:
    match error:
        case ModelTimeoutError() | ModelRequestTimeout():
            return ModelFailed(
                f"{provider} took too long to answer.",
                hint="Raise the model option `timeout` (seconds), or try again.",
                transient=True,
            )
        case ModelConnectionError(phase="connect"):
            return ModelFailed(
                f"{provider} cannot be reached at {base_url}.",
                hint="Start it and check the address."
                if provider == "ollama"
                else "Check the network and the address.",
                transient=True,
            )
        case ModelConnectionError():
            return ModelFailed(f"The answer of {provider} broke off.", transient=True)
        case ModelUnavailableError() | ModelServerError():
            return ModelFailed(
                f"{provider} has trouble of its own{_status(error)}.",
                hint="Try again later, or use another model.",
                transient=True,
                retry_after_s=error.retry_after,
            )
        case _:
            return ModelFailed(f"{provider} refused the request{_status(error)}: {_said(error)}")


def _status(error: ModelAPIError) -> str:
    return f" (HTTP {error.status_code})" if isinstance(error, ModelHTTPError) else ""


def _said(error: ModelAPIError) -> str:
    """Return the provider's own sentence where its error body holds one."""
    body: object = error.body
    for name in ("error", "message"):
        if isinstance(body, dict):
            inner = cast("dict[str, object]", body).get(name)
            body = body if inner is None else inner  # pyright: ignore[reportUnknownVariableType] -- narrowed again below
    return _short(body if isinstance(body, str) else error.message)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SAID_LETTERS else line[: _SAID_LETTERS - 1] + "…"
