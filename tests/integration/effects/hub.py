"""The world outside as a program in a box reaches it: a Unix socket in a lent folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agentry.base.json import JsonObject
from agentry.journal.events import Event
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.runs import RunReader
from tests.integration.effects.outside import Point
from tests.integration.effects.worker import RUN

PROGRAM = """
import os, socket, sys
with socket.socket(socket.AF_UNIX) as hub:
    hub.connect("/inputs/outside/hub.sock")
    hub.sendall(os.environ["AGENTRY_IDEMPOTENCY_KEY"].encode())
    said = hub.recv(100).decode()
open("sent", "a").write(said + "\\n")
print(said)
"""


@dataclass
class Hub:
    """Counts what reaches it, honours keys, and kills the worker where the test says.

    `hold` lets an answer wait until it is set.
    """

    home: Path
    folder: Path
    crash: Point | None = None
    requests: int = 0
    effects: set[str] = field(default_factory=lambda: set())
    worker: asyncio.subprocess.Process | None = None
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        key = (await reader.read(1000)).decode()
        if self.crash == "before effect":
            await self.kill()
        else:
            self.requests += 1
            self.effects.add(key)
            if self.crash == "after effect":
                await self.kill()
        await self.hold.wait()
        writer.write(b"done")
        writer.close()

    async def kill(self) -> None:
        """End the worker as a power cut would, and wait until it is gone."""
        assert self.worker is not None
        self.crash = None
        self.worker.send_signal(signal.SIGKILL)
        await self.worker.wait()

    async def work(self, failpoints: str = "") -> int:
        """Let a worker of its own process work until the run has ended or waits, or it dies."""
        self.worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.integration.effects.worker", str(self.home)),
            env={**os.environ, "AGENTRY_FAILPOINTS": failpoints},
            stderr=subprocess.PIPE,
        )
        _, said = await self.worker.communicate()
        code = self.worker.returncode
        assert code in (0, -signal.SIGKILL), said.decode()
        return int(code)

    def case(self, manifest: JsonObject, docker: Path | None = None) -> None:
        """Say what is run."""
        case = {"manifest": manifest, "outside": str(self.folder), "docker": docker and str(docker)}
        (self.home / "case.json").write_text(json.dumps(case))

    def sent(self) -> str:
        """Return what the program left in the workspace: a line for each time it was applied."""
        return (self.home / "runs" / RUN / "workspace" / "sent").read_text()

    def events(self, *types: str) -> list[Event]:
        database = Database(self.home / "worker.db")
        try:
            broken = check(database)
            assert not broken, broken
            found = RunReader(database).events(RUN, 0, 1000)
            return [event for event in found if event.type in types]
        finally:
            database.close()


@asynccontextmanager
async def opened(tmp_path: Path) -> AsyncGenerator[Hub]:
    """Open the world outside, in a folder that a run can be lent."""
    home, folder = tmp_path / "home", tmp_path / "outside"
    for path in (home, folder):
        path.mkdir(mode=0o755)
    hub = Hub(home, folder)
    hub.hold.set()
    server = await asyncio.start_unix_server(hub.serve, folder / "hub.sock")
    (folder / "hub.sock").chmod(0o777)
    async with server:
        yield hub
        if hub.worker is not None and hub.worker.returncode is None:
            await hub.kill()
