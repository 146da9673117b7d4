"""The door inside this process: the same studio, opened on its data folder without a server."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from agentry.api.convert import approval_of, run_of, summary_of
from agentry.base.json import JsonObject, decode, encode
from agentry.engine.compile import FlowSource
from agentry.journal.events import RUN_TERMINAL

if TYPE_CHECKING:
    from agentry.wiring import App

_PAGE = 1000
_POLL_S = 1.0


class LocalDoor:
    """A studio without a server. It works only on the run that was started or attached here."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._by = person()

    async def flow(self, name: str) -> FlowSource:
        return await asyncio.to_thread(self._app.flows.read, name)

    async def start(self, flow: FlowSource, file: Path | None, inputs: JsonObject) -> str:
        accepted = await self._app.accept(flow, inputs, by=self._by)
        self._app.start_work(only_run=accepted.run_id)
        return accepted.run_id

    async def attach(self, run_id: str) -> None:
        summary = await asyncio.to_thread(self._app.runs.summary, run_id)
        if summary.ended_at is None:
            self._app.start_work(only_run=run_id)

    async def run(self, run_id: str) -> JsonObject:
        record = await asyncio.to_thread(self._app.runs.run, run_id)
        return cast("JsonObject", run_of(record).model_dump(mode="json"))

    async def runs(self, flow: str | None, status: str | None, limit: int) -> list[JsonObject]:
        found = await asyncio.to_thread(self._app.runs.summaries, flow, status, limit)
        return [cast("JsonObject", summary_of(run).model_dump(mode="json")) for run in found]

    async def events(self, run_id: str, after: int) -> list[JsonObject]:
        await asyncio.to_thread(self._app.runs.summary, run_id)
        found: list[JsonObject] = []
        while True:
            page = await self._page(run_id, after)
            found += page
            if len(page) < _PAGE:
                return found
            after = cast("int", page[-1]["seq"])

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[JsonObject]:
        """Yield events as they are appended; the bell wakes, a poll hears other processes."""
        with self._app.bell.listen() as inbox:
            while True:
                page = await self._page(run_id, after)
                for event in page:
                    after = cast("int", event["seq"])
                    yield event
                    if event["type"] in RUN_TERMINAL:
                        return
                if not page:
                    await inbox.next(_POLL_S)
                    if self._app.engine.trouble is not None:
                        raise self._app.engine.trouble

    async def _page(self, run_id: str, after: int) -> list[JsonObject]:
        events = await asyncio.to_thread(self._app.runs.events, run_id, after, _PAGE)
        return [cast("JsonObject", decode(encode(event))) for event in events]

    async def approvals(self, status: str | None) -> list[JsonObject]:
        found = await asyncio.to_thread(self._app.runs.approvals, status)
        return [cast("JsonObject", approval_of(item).model_dump(mode="json")) for item in found]

    async def decide(
        self, approval_id: str, decision: str, reason: str, args: JsonObject | None
    ) -> None:
        await self._app.decide(approval_id, decision, by=self._by, reason=reason, args=args)

    async def cancel(self, run_id: str, reason: str) -> None:
        await self._app.cancel(run_id, by=self._by, reason=reason)

    async def ask(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        from agentry.cli.inside import ask

        return await ask(self._app, method, path, body)

    async def trace(self, run_id: str) -> AsyncGenerator[str]:
        pieces = await asyncio.to_thread(self._app.trace, run_id)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece


def person() -> str:
    """Return who sits at this terminal."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "local"
