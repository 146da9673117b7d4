"""A real studio behind a real port, in this process, on a data folder of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from litestar import Litestar

from agentry.api.app import create_app
from agentry.api.server import StudioServer, config_of, listen
from agentry.api.stream import Closing
from agentry.base.json import JsonObject
from agentry.base.settings import load_settings
from agentry.wiring import App, open_app

LONGEST_S = 30.0
HELLO = """\
name: Hello
inputs:
  who: {type: string}
tasks:
  - {id: greet, tool: echo, with: {text: "Hello ${{ inputs.who }}"}}
outputs:
  said: ${{ tasks.greet.output.text }}
"""
ASKING = """\
name: Asking
models:
  actor: {provider: scripted, turns: [{answer: "Hello."}]}
agents:
  speaker: {model: actor}
tasks:
  - {id: speak, agent: speaker, input: "Say hello."}
  - id: sure
    approval: {ask: "Are you sure?"}
  - {id: done, tool: echo, with: {x: 1}}
"""
FAILING = """\
name: Failing
tasks:
  - {id: look, tool: json_query, with: {data: {a: 1}, query: /b}}
"""
BROKEN = "tasks:\n  - {id: a, agent: nobody, input: x}\n"
FLOWS = {"hello": HELLO, "asking": ASKING, "failing": FAILING, "broken": BROKEN}


@dataclass
class Served:
    """A studio and the way to it."""

    studio: App
    app: Litestar
    client: httpx2.AsyncClient
    folder: Path
    server: StudioServer

    async def start(self, flow: str = "hello", **inputs: str) -> str:
        """Start a run over HTTP; return its id."""
        answer = await self.client.post(f"/api/v1/flows/{flow}/runs", json={"inputs": inputs})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["run_id"])

    async def until(self, run_id: str, status: str) -> JsonObject:
        """Return the run once it has `status`."""
        with self.studio.bell.listen() as inbox:
            while True:
                run = (await self.client.get(f"/api/v1/runs/{run_id}")).json()
                if run["status"] == status:
                    return run
                assert await inbox.next(LONGEST_S) is not None, run


@asynccontextmanager
async def serving(
    tmp_path: Path,
    *,
    token: str | None = None,
    ui: Path | None = None,
    work: bool = True,
    **settings: object,
) -> AsyncGenerator[Served]:
    """Serve a folder with the flows `hello`, `asking`, `failing` and `broken`."""
    folder = tmp_path / "flows"
    folder.mkdir()
    for name, text in FLOWS.items():
        (folder / f"{name}.agentry.flow.yaml").write_text(text)
    given = load_settings(home=tmp_path / "home", folder=folder, token=token, **settings)
    async with open_app(given, work=work) as studio:
        closing = Closing(studio.bell)
        app = create_app(studio, closing=closing, ui=ui)
        up = asyncio.Event()
        with listen("127.0.0.1", 0) as sock:
            url = f"http://127.0.0.1:{sock.getsockname()[1]}"
            server = StudioServer(config_of(app), closing, up.set)
            task = asyncio.create_task(server.serve(sockets=[sock]))
            await up.wait()
            async with httpx2.AsyncClient(
                base_url=url, timeout=LONGEST_S, trust_env=False
            ) as client:
                yield Served(studio, app, client, folder, server)
            server.should_exit = True
            await task


@dataclass(frozen=True)
class Sent:
    """One server-sent event."""

    name: str
    data: JsonObject
    id: str


async def events_of(answer: httpx2.Response) -> AsyncIterator[Sent]:
    """Read server-sent events as they come; comments are left out."""
    name, data, place = "", "", ""
    async for line in answer.aiter_lines():
        key, _, value = line.partition(": ")
        if key == "event":
            name = value
        elif key == "data":
            data = value
        elif key == "id":
            place = value
        elif not line and data:
            yield Sent(name, json.loads(data), place)
            name, data, place = "", "", ""
