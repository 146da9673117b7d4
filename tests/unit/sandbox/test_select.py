"""The strongest sandbox that works is chosen; without one nothing is run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentry.sandbox.performer import SandboxPerformer
from agentry.sandbox.select import SandboxRefused, select
from agentry.sandbox.state import first_uid
from agentry.tools.builtin import builtin_registry
from agentry.tools.port import CallContext, Health, Isolation, SandboxCall, SandboxResult


@dataclass
class Known:
    """A sandbox whose state is known."""

    name: str
    isolation: Isolation
    healthy: bool
    outlives: bool = False

    async def probe(self) -> Health:
        return Health(self.healthy, self.name, self.isolation, f"{self.name} is missing.")

    async def run(self, call: SandboxCall) -> SandboxResult:
        raise AssertionError("nothing is run")

    async def resume(self, call: SandboxCall) -> SandboxResult | None:
        raise AssertionError("nothing is resumed")

    async def reap(self, wanted: Callable[[str], bool]) -> None: ...


def all_three(gvisor: bool, runc: bool, bwrap: bool) -> list[Known]:
    return [
        Known("gvisor", Isolation.KERNEL, gvisor),
        Known("runc", Isolation.CONTAINER, runc),
        Known("bwrap", Isolation.WEAK, bwrap),
    ]


@pytest.mark.parametrize(
    ("healthy", "least", "chosen"),
    [
        ((True, True, True), Isolation.WEAK, "gvisor"),
        ((False, True, True), Isolation.WEAK, "runc"),
        ((False, False, True), Isolation.WEAK, "bwrap"),
        ((False, False, True), Isolation.CONTAINER, None),
        ((False, True, True), Isolation.KERNEL, None),
        ((False, False, False), Isolation.WEAK, None),
    ],
)
async def test_the_strongest_healthy_one_is_chosen(
    healthy: tuple[bool, bool, bool], least: Isolation, chosen: str | None
) -> None:
    sandboxes = all_three(*healthy)
    if chosen is not None:
        assert (await select(sandboxes, least)).name == chosen
        return
    with pytest.raises(SandboxRefused) as said:
        await select(sandboxes, least)
    assert (said.value.code, said.value.status) == ("sandbox_refused", 503)
    assert "gvisor: gvisor is missing." in said.value.detail
    assert "apt install bubblewrap" in said.value.hint


async def test_without_a_sandbox_programs_are_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    performer = SandboxPerformer(builtin_registry(), all_three(False, False, False))
    context = CallContext("r", "t", "c", tmp_path / "workspace")
    with pytest.raises(SandboxRefused):
        await performer.perform("shell", {"command": "true"}, context)
    assert (await performer.perform("echo", {"a": 1}, context)).output == {"a": 1}
    assert (await performer.perform("write_file", {"path": "a", "content": ""}, context)).ok


@pytest.mark.parametrize(
    ("uid_map", "first"),
    [
        ("         0          0 4294967295\n", 200_000),
        ("         0     100000      65536\n", 64_000),
        ("         0       1000          1\n", -1),
        ("0 1000 1\n1 100000 65535\n", 64_000),
    ],
)
def test_box_users_are_ids_that_the_kernel_knows(uid_map: str, first: int) -> None:
    assert first_uid(uid_map) == first
