"""A way to the studio of a data folder: over HTTP where one runs, else inside this process."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.base.settings import Settings
from agentry.engine.compile import FlowSource

STUDIO_FILE = "studio.json"


class Door(Protocol):
    """What commands do with a studio. Values have the shapes of REST."""

    async def flow(self, name: str) -> FlowSource: ...
    async def start(self, flow: FlowSource, file: Path | None, inputs: JsonObject) -> str: ...
    async def attach(self, run_id: str) -> None:
        """Have somebody work on a run that exists."""
        ...

    async def run(self, run_id: str) -> JsonObject: ...
    async def runs(self, flow: str | None, status: str | None, limit: int) -> list[JsonObject]: ...
    async def events(self, run_id: str, after: int) -> list[JsonObject]: ...
    def follow(self, run_id: str, after: int) -> AsyncGenerator[JsonObject]:
        """Yield a run's events until its last one."""
        ...

    async def approvals(self, status: str | None) -> list[JsonObject]: ...
    async def decide(
        self, approval_id: str, decision: str, reason: str, args: JsonObject | None
    ) -> None: ...
    async def cancel(self, run_id: str, reason: str) -> None: ...
    async def ask(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        """Do what REST does at `path` below `/api/v1`; raise `StudioProblem`."""
        ...

    def trace(self, run_id: str) -> AsyncGenerator[str]:
        """Yield a run's trace in pieces of many lines."""
        ...


@dataclass(frozen=True, slots=True)
class StudioAt:
    """A studio that says it runs: where, and with which token."""

    url: str
    token: str | None
    version: str


@asynccontextmanager
async def open_door(settings: Settings) -> AsyncGenerator[Door]:
    """Open a way to the studio of `settings.home`; the running one where there is one."""
    found = running_studio(settings.home)
    if found is not None:
        from agentry.cli.remote import RemoteDoor

        async with RemoteDoor.opened(found) as remote:
            if await remote.answers():
                yield remote
                return
    async with own_door(settings) as own:
        yield own


@asynccontextmanager
async def own_door(settings: Settings) -> AsyncGenerator[Door]:
    """Open the studio inside this process, whether or not another one runs."""
    from agentry.cli.local import LocalDoor
    from agentry.wiring import open_app

    async with open_app(settings, work=False) as app:
        yield LocalDoor(app)


def running_studio(home: Path) -> StudioAt | None:
    """Return what the studio's file says, or None where it is stale. Asks the studio nothing."""
    try:
        value: object = json.loads((home / STUDIO_FILE).read_text())
    except (OSError, ValueError):
        return None
    if not isinstance(value, dict):
        return None
    told = cast("dict[str, object]", value)
    url, pid, token = told.get("url"), told.get("pid"), told.get("token")
    if not isinstance(url, str) or not isinstance(pid, int) or not _alive(pid):
        return None
    return StudioAt(
        url.rstrip("/"), token if isinstance(token, str) else None, str(told.get("version"))
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


class StudioProblem(AgentryError):
    """What a studio answered when it refused."""

    def __init__(self, status: int, code: str, detail: str, hint: str) -> None:
        super().__init__(detail, hint=hint)
        self.status = status
        self.code = code
