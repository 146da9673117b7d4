"""Workers killed with SIGKILL while a real program in a real box has a real effect outside."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from agentry.base.json import JsonObject
from agentry.sandbox.bwrap import BwrapSandbox
from tests.integration.effects.hub import PROGRAM, Hub, opened

pytestmark = pytest.mark.integration


def manifest(repeat: str) -> JsonObject:
    return {
        "name": "send",
        "description": "Has an effect outside.",
        "effects": ["exec", "message"],
        "run": ["python3", "-I", "-c", PROGRAM],
        "repeat": repeat,
    }


@pytest.fixture(autouse=True)
async def sandbox() -> None:
    health = await BwrapSandbox().probe()
    if not health.healthy:
        pytest.skip(health.detail)


def starts(hub: Hub) -> int:
    return len(hub.events("call.started"))


def then(hub: Hub) -> list[object]:
    return [event.data["then"] for event in hub.events("call.in_doubt")]


@pytest.mark.parametrize("point", ["before effect", "after effect"])
async def test_a_keyed_tool_has_one_effect(tmp_path: Path, point: str) -> None:
    async with opened(tmp_path) as hub:
        hub.case(manifest("keyed"))
        hub.crash = "before effect" if point == "before effect" else "after effect"
        assert await hub.work() == -signal.SIGKILL
        assert await hub.work() == 0
        assert len(hub.effects) == 1
        assert (starts(hub), then(hub)) == (2, ["retry"])
        assert hub.sent() == "done\n"


async def test_an_opaque_tool_is_asked_about_and_not_run_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as hub:
        hub.case(manifest("opaque"))
        hub.crash = "after effect"
        assert await hub.work() == -signal.SIGKILL
        assert await hub.work() == 0
        assert (hub.requests, starts(hub), then(hub)) == (1, 1, ["ask"])
        [asked] = hub.events("approval.asked")
        assert asked.data["doubt"] is True


@pytest.mark.parametrize("repeat", ["idempotent", "opaque"])
async def test_a_result_that_was_kept_and_not_recorded_is_not_made_again(
    tmp_path: Path, repeat: str
) -> None:
    async with opened(tmp_path) as hub:
        hub.case(manifest(repeat))
        assert await hub.work("effect.after:kill9@1") == -signal.SIGKILL
        assert hub.events("call.completed") == []
        assert await hub.work() == 0
        assert (hub.requests, starts(hub), then(hub)) == (1, 1, ["reconciled"])
        [ended] = hub.events("call.completed")
        assert ended.data["files"] == ["sent"]
        assert hub.sent() == "done\n"
