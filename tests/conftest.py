"""What every test gets: no network, no real model, nothing of the person's own settings."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest

pytest_plugins = ("tests.postgres",)

_SLOW_S = 120
_SECRETS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_HOST", "OLLAMA_BASE_URL")
_KEPT = "AGENTRY_PARANOID"  # the suite runs the engine's tests once more with it
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow kinds of test their own ceiling, unless the test says it better."""
    for item in items:
        slow = item.get_closest_marker("integration") or item.get_closest_marker("acceptance")
        if slow and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_SLOW_S))


@pytest.fixture(autouse=True)
def own_settings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away keys and AGENTRY_* of the person who runs the tests."""
    own = (key for key in os.environ if key.startswith("AGENTRY_") and key != _KEPT)
    for name in [*_SECRETS, *own]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a connection that leaves this machine: a test that needs one is wrong."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise PermissionError(f"A test tried to reach {address[0]!r}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
