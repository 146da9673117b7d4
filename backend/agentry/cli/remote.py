"""The door to a running studio: REST for questions, server-sent events to follow a run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import cast

import httpx2

from agentry.base.errors import AgentryError
from agentry.base.ids import new_id
from agentry.base.json import Json, JsonObject
from agentry.cli.console import WrongUse
from agentry.cli.door import StudioAt, StudioProblem
from agentry.engine.compile import FlowSource, FlowText
from agentry.journal.events import RUN_TERMINAL

_AGAIN_S = 0.5
_TRIES = 20


class StudioGone(AgentryError):
    """The studio stopped answering."""

    code, status = "studio_gone", 503

    def __init__(self, url: str) -> None:
        super().__init__(
            f"The studio at {url} does not answer any more.",
            hint="Start it again with `agentry up`; a run goes on where it stood.",
        )


class RemoteDoor:
    """A studio spoken to over HTTP."""

    def __init__(self, client: httpx2.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    @classmethod
    @asynccontextmanager
    async def opened(cls, studio: StudioAt) -> AsyncGenerator[RemoteDoor]:
        """Open a connection for as long as the context is open."""
        headers = {"Authorization": f"Bearer {studio.token}"} if studio.token else {}
        # The studio is on this machine: a proxy has no part in it.
        async with httpx2.AsyncClient(
            base_url=f"{studio.url}/api/v1", headers=headers, timeout=30, trust_env=False
        ) as client:
            yield cls(client, studio.url)

    async def answers(self) -> bool:
        """Return whether a studio is really there."""
        try:
            response = await self._client.get("/health", timeout=3)
            return response.status_code == 200 and response.json().get("status") == "ok"
        except (httpx2.HTTPError, ValueError, AttributeError):
            return False

    async def folder(self) -> Path:
        """Return the folder that the studio has open."""
        return Path(str((await self._get("/studio"))["folder"]))

    async def flow(self, name: str) -> FlowSource:
        found = await self._get(f"/flows/{name}")
        base = (await self.folder() / str(found.get("path"))).parent
        return FlowText(str(found.get("name")), str(found.get("text")), base)

    async def start(self, flow: FlowSource, file: Path | None, inputs: JsonObject) -> str:
        """Start a flow of the studio's folder; raise `NotInFolder` for any other."""
        name = flow.name if file is None else await self._name_of(file)
        # A key of our own: a lost answer must not make a second run when we ask again.
        body: JsonObject = {"inputs": inputs}
        answer = await self._send(
            "POST", f"/flows/{name}/runs", body, {"Idempotency-Key": new_id("cli")}
        )
        return str(answer["run_id"])

    async def _name_of(self, file: Path) -> str:
        folder = (await self.folder()).resolve()
        flows = (await self._get("/flows")).get("flows")
        for flow in flows if isinstance(flows, list) else []:
            if isinstance(flow, dict) and (folder / str(flow.get("path"))).resolve() == file:
                return str(flow.get("name"))
        raise NotInFolder(file, folder)

    async def attach(self, run_id: str) -> None:
        """Do nothing: the studio works on every run."""
        await self.run(run_id)

    async def run(self, run_id: str) -> JsonObject:
        return await self._get(f"/runs/{run_id}")

    async def runs(self, flow: str | None, status: str | None, limit: int) -> list[JsonObject]:
        given = {"flow": flow, "status": status, "limit": str(limit)}
        query = {name: value for name, value in given.items() if value is not None}
        return _objects((await self._get("/runs", query)).get("runs"))

    async def events(self, run_id: str, after: int) -> list[JsonObject]:
        found: list[JsonObject] = []
        while True:
            page = await self._get(f"/runs/{run_id}/events", {"after": str(after), "limit": "1000"})
            events = _objects(page.get("events"))
            found += events
            if len(events) < 1000:
                return found
            after = _seq(events[-1])

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[JsonObject]:
        """Yield events as they come; connect again where the line breaks."""
        tries = 0
        while True:
            try:
                async with aclosing(self._stream(run_id, after)) as events:
                    async for event in events:
                        tries, after = 0, _seq(event)
                        yield event
                        if event.get("type") in RUN_TERMINAL:
                            return
            except httpx2.HTTPError:
                tries += 1
            if tries >= _TRIES:
                raise StudioGone(self._url)
            await asyncio.sleep(_AGAIN_S)

    async def _stream(self, run_id: str, after: int) -> AsyncGenerator[JsonObject]:
        path, accept = f"/runs/{run_id}/events?after={after}", {"Accept": "text/event-stream"}
        async with self._client.stream("GET", path, headers=accept, timeout=60) as response:
            if response.status_code != 200:
                await response.aread()
                raise problem_of(response)
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:") and name == "journal":
                    yield cast("JsonObject", json.loads(line[5:]))

    async def approvals(self, status: str | None) -> list[JsonObject]:
        query = {} if status is None else {"status": status}
        return _objects((await self._get("/approvals", query)).get("approvals"))

    async def decide(
        self, approval_id: str, decision: str, reason: str, args: JsonObject | None
    ) -> None:
        body: JsonObject = {"decision": decision, "reason": reason}
        if args is not None:
            body["args"] = args
        await self._send("POST", f"/approvals/{approval_id}/decision", body)

    async def cancel(self, run_id: str, reason: str) -> None:
        await self._send("POST", f"/runs/{run_id}/cancel", {"reason": reason})

    async def ask(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        if body is None:
            return await self._get(path)
        return await self._send(method, path, body)

    async def trace(self, run_id: str) -> AsyncGenerator[str]:
        try:
            async with self._client.stream("GET", f"/runs/{run_id}/trace") as response:
                if response.status_code != 200:
                    await response.aread()
                    raise problem_of(response)
                async for piece in response.aiter_text():
                    yield piece
        except httpx2.HTTPError as error:
            raise StudioGone(self._url) from error

    async def _get(self, path: str, query: dict[str, str] | None = None) -> JsonObject:
        response = await self._request("GET", path, params=query)
        return cast("JsonObject", response.json())

    async def _send(
        self, method: str, path: str, body: JsonObject, headers: dict[str, str] | None = None
    ) -> JsonObject:
        response = await self._request(method, path, json=body, headers=headers)
        value: object = response.json() if response.content else {}
        return cast("JsonObject", value) if isinstance(value, dict) else {}

    async def _request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: JsonObject | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        try:
            response = await self._client.request(
                method, path, params=params, json=json, headers=headers
            )
        except httpx2.HTTPError as error:
            raise StudioGone(self._url) from error
        if response.status_code >= 400:
            raise problem_of(response)
        return response


class NotInFolder(WrongUse):
    """The running studio has another folder open."""

    code = "not_in_folder"

    def __init__(self, file: Path, folder: Path) -> None:
        super().__init__(f"{file} is no flow of the folder {folder} that the studio has open.")


def problem_of(response: httpx2.Response) -> StudioProblem:
    """Return what an answer of 400 or more says."""
    status = response.status_code
    try:
        value: object = response.json()
    except ValueError:
        value = None
    body = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return StudioProblem(
        status,
        str(body.get("error") or f"http_{status}"),
        str(body.get("detail") or f"The studio refused with HTTP {status}."),
        str(body.get("hint") or ""),
    )


def _objects(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _seq(event: JsonObject) -> int:
    seq = event.get("seq")
    return seq if isinstance(seq, int) else 0
