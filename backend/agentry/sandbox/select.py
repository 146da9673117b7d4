"""Choose the strongest sandbox that works here. There is no way around one."""

from __future__ import annotations

from collections.abc import Sequence

from agentry.base.errors import AgentryError
from agentry.tools.port import Health, Isolation, Sandbox


class SandboxRefused(AgentryError):
    """No sandbox that is strong enough works here, so the call is not made."""

    code, status = "sandbox_refused", 503

    def __init__(self, healths: Sequence[Health], least: Isolation) -> None:
        found = " ".join(f"{health.backend}: {health.detail}" for health in healths)
        working = [health for health in healths if health.healthy]
        if working:
            detail = f"No sandbox of class {least.name.lower()} or stronger works here. {found}"
        else:
            detail = f"No sandbox works here, and without one no program is run. {found}"
        super().__init__(
            detail.strip(),
            hint="Install bubblewrap (apt install bubblewrap) or start Docker; "
            "`agentry doctor` says what is missing.",
        )
        self.healths = tuple(healths)


async def select(sandboxes: Sequence[Sandbox], least: Isolation = Isolation.WEAK) -> Sandbox:
    """Return the first working sandbox of class `least` or stronger; raise `SandboxRefused`.

    Give them strongest first.
    """
    healths: list[Health] = []
    for sandbox in sandboxes:
        health = await sandbox.probe()
        if health.healthy and health.isolation >= least:
            return sandbox
        healths.append(health)
    raise SandboxRefused(healths, least)
