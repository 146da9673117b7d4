"""Which providers can be asked is read from the environment alone; none is imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agentry.agents.model import ModelFailed
from agentry.models.providers import base_url, open_model, ready


@pytest.mark.parametrize(
    ("provider", "env", "is_ready"),
    [
        ("scripted", {}, True),
        ("openai", {}, False),
        ("openai", {"OPENAI_API_KEY": ""}, False),
        ("openai", {"OPENAI_API_KEY": "k"}, True),
        ("anthropic", {"OPENAI_API_KEY": "k"}, False),
        ("anthropic", {"ANTHROPIC_API_KEY": "k"}, True),
        ("ollama", {}, False),
        ("ollama", {"OLLAMA_HOST": "0.0.0.0"}, True),
        ("acme", {"ACME_API_KEY": "k"}, False),
    ],
)
def test_a_provider_is_ready_when_it_has_what_it_needs(
    provider: str, env: dict[str, str], is_ready: bool
) -> None:
    assert ready(provider, env) is is_ready


@pytest.mark.parametrize(
    ("provider", "env", "address"),
    [
        ("openai", {}, "https://api.openai.com/v1"),
        ("openai", {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1/"}, "http://127.0.0.1:9/v1"),
        ("ollama", {}, "http://127.0.0.1:11434/v1"),
        ("ollama", {"OLLAMA_BASE_URL": "http://box:1234"}, "http://box:1234/v1"),
        ("ollama", {"OLLAMA_HOST": "0.0.0.0"}, "http://127.0.0.1:11434/v1"),
        ("ollama", {"OLLAMA_HOST": "box:8080"}, "http://box:8080/v1"),
    ],
)
def test_base_urls_come_from_the_environment(
    provider: str, env: dict[str, str], address: str
) -> None:
    assert base_url(provider, env) == address


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(ModelFailed, match="Provider 'acme' is not known"):
        open_model("acme", {})


def test_provider_libraries_are_not_imported_until_one_is_asked() -> None:
    code = (
        "import sys; from agentry.models import providers; "
        "providers.open_model('openai', {'OPENAI_API_KEY': 'k'}); "
        "print([m for m in ('pydantic_ai', 'openai', 'anthropic', 'httpx2') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
