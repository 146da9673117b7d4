"""A model reference comes to one model, or to a sentence."""

from __future__ import annotations

import pytest

from agentry.agents.router import NoModelReady, ResolvedModel, UnknownModel, choose
from agentry.flow.document import ModelSpec

MODELS = {
    "script": ModelSpec(provider="scripted", turns=({"answer": "x"},)),
    "small": ModelSpec(provider="openai", model="gpt-5-mini", options={"temperature": 0}),
    "best": ModelSpec(first_of=("small", "anthropic:claude-sonnet-5", "script")),
    "keyed": ModelSpec(first_of=("small", "best_keyed")),
    "best_keyed": ModelSpec(first_of=("anthropic:claude-sonnet-5",)),
    "round": ModelSpec(first_of=("about",)),
    "about": ModelSpec(first_of=("round",)),
    "empty": ModelSpec(provider="openai"),
    "odd": ModelSpec(provider="acme", model="x"),
}
SMALL = ResolvedModel("openai", "gpt-5-mini", {"temperature": 0})
SONNET = ResolvedModel("anthropic", "claude-sonnet-5")
SCRIPT = ResolvedModel("scripted", "scripted", {"turns": [{"answer": "x"}]})


@pytest.mark.parametrize(
    ("reference", "ready", "found"),
    [
        ("small", set[str](), SMALL),
        ("openai:gpt-5-mini", set[str](), ResolvedModel("openai", "gpt-5-mini")),
        ("ollama:qwen3:8b", set[str](), ResolvedModel("ollama", "qwen3:8b")),
        ("scripted", set[str](), ResolvedModel("scripted", "scripted", {"turns": []})),
        ("best", {"openai", "scripted"}, SMALL),
        ("best", {"anthropic", "scripted"}, SONNET),
        ("best", {"scripted"}, SCRIPT),
        ("keyed", {"anthropic"}, SONNET),
    ],
)
def test_a_reference_comes_to_one_model(
    reference: str, ready: set[str], found: ResolvedModel
) -> None:
    assert choose(reference, MODELS, ready.__contains__) == found


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("smal", "There is no model 'smal'; the flow has: script, small"),
        ("acme:x", "Model 'acme:x' names provider 'acme', which is not known"),
        ("odd", "Model 'odd' names provider 'acme', which is not known"),
        ("empty", "Model 'empty' names provider 'openai' but no model"),
        ("round", "Model 'round' stands for itself: round → about → round"),
    ],
)
def test_a_reference_to_nothing_is_named(reference: str, sentence: str) -> None:
    with pytest.raises(UnknownModel, match=sentence):
        choose(reference, MODELS, lambda _: True)


def test_no_ready_model_is_a_sentence_with_all_choices() -> None:
    with pytest.raises(NoModelReady, match="'keyed' is ready here: small, best_keyed"):
        choose("keyed", MODELS, lambda _: False)
