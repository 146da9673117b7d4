"""Which model an agent asks: an alias of the flow, `provider:model`, or the first that is ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.flow.document import ModelSpec

PROVIDERS = ("scripted", "openai", "anthropic", "ollama")


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """What a reference came to; kept in the plan, so that a run asks one model to its end."""

    provider: str
    model: str
    options: JsonObject = field(default_factory=lambda: {})


class UnknownModel(AgentryError):
    """A reference that names no model."""

    code, status = "unknown_model", 422


class NoModelReady(AgentryError):
    """None of the models in `first_of` can be asked on this machine."""

    code, status = "no_model_ready", 422


def choose(
    reference: str, models: Mapping[str, ModelSpec], ready: Callable[[str], bool]
) -> ResolvedModel:
    """Return the model that `reference` stands for; raise `UnknownModel` or `NoModelReady`.

    `ready` says whether a provider can be asked here. A model named alone is returned ready or not:
    its first turn says what is missing.
    """
    return _resolve(reference, models, ready, ())


def _resolve(
    reference: str,
    models: Mapping[str, ModelSpec],
    ready: Callable[[str], bool],
    above: tuple[str, ...],
) -> ResolvedModel:
    spec = models.get(reference)
    if spec is None:
        return _written_out(reference, models)
    if reference in above:
        raise UnknownModel(
            f"Model {reference!r} stands for itself: {' → '.join((*above, reference))}."
        )
    if not spec.first_of:
        return _from_spec(reference, spec)
    waiting: list[str] = []
    for choice in spec.first_of:
        try:
            found = _resolve(choice, models, ready, (*above, reference))
        except NoModelReady:
            waiting.append(choice)
            continue
        if ready(found.provider):
            return found
        waiting.append(choice)
    raise NoModelReady(
        f"None of the models of {reference!r} is ready here: {', '.join(waiting)}.",
        hint="Set the key of one of them, or end the list with a scripted model.",
    )


def _from_spec(alias: str, spec: ModelSpec) -> ResolvedModel:
    provider = _known(spec.provider or "", f"Model {alias!r}")
    if provider == "scripted":
        turns: list[Json] = list(spec.turns)
        return ResolvedModel(provider, provider, {**spec.options, "turns": turns})
    if not spec.model:
        raise UnknownModel(f"Model {alias!r} names provider {provider!r} but no model.")
    return ResolvedModel(provider, spec.model, dict(spec.options))


def _written_out(reference: str, models: Mapping[str, ModelSpec]) -> ResolvedModel:
    provider, _, model = reference.partition(":")
    if provider == "scripted":
        return ResolvedModel(provider, provider, {"turns": []})
    if not model:
        known = ", ".join(models)
        raise UnknownModel(
            f"There is no model {reference!r}"
            + (f"; the flow has: {known}." if known else "; the flow defines none."),
            hint="Write `provider:model`, such as `openai:gpt-5-mini`, or an alias from `models:`.",
        )
    return ResolvedModel(_known(provider, f"Model {reference!r}"), model)


def _known(provider: str, who: str) -> str:
    if provider in PROVIDERS:
        return provider
    raise UnknownModel(
        f"{who} names provider {provider!r}, which is not known.",
        hint=f"Known providers: {', '.join(PROVIDERS)}.",
    )
