"""A studio in memory, behind the commands' door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from agentry.base.errors import Conflict
from agentry.base.json import JsonObject
from agentry.engine.compile import FlowSource, FlowText
from agentry.journal.events import RUN_TERMINAL

RUN_ID = "run_1"


class FakeDoor:
    """One run whose events are given; a decision adds `after_decision`, a cancel ends it."""

    def __init__(self, events: list[JsonObject], after_decision: list[JsonObject]) -> None:
        self.journal = [
            {"seq": seq, "ts": 0, "path": "", **event} for seq, event in enumerate(events, 1)
        ]
        self._after_decision = after_decision
        self.decisions: list[tuple[str, str]] = []
        self.error: JsonObject | None = None
        self._grown = asyncio.Event()
        self.followed = asyncio.Event()

    def add(self, events: list[JsonObject]) -> None:
        for event in events:
            self.journal.append({"seq": len(self.journal) + 1, "ts": 0, "path": "", **event})
        self._grown.set()

    async def flow(self, name: str) -> FlowSource:
        return FlowText(name, "", Path())

    async def start(self, flow: FlowSource, file: Path | None, inputs: JsonObject) -> str:
        return RUN_ID

    async def attach(self, run_id: str) -> None: ...

    async def ask(self, method: str, path: str, body: JsonObject | None = None) -> JsonObject:
        return {"run_id": RUN_ID}

    async def run(self, run_id: str) -> JsonObject:
        last = str(self.journal[-1]["type"])
        status = last.removeprefix("run.") if last in RUN_TERMINAL else "running"
        if last in ("approval.asked", "task.waiting"):
            status = "waiting"
        usage: JsonObject = {
            "input_tokens": 3,
            "output_tokens": 4,
            "cost_usd": None,
            "estimated": True,
        }
        return {
            "run_id": run_id,
            "flow": "hello",
            "title": "Hello",
            "status": status,
            "outputs": {"greeting": "Hi"} if status == "completed" else None,
            "error": self.error,
            "usage": usage,
            "duration_ms": 1234 if last in RUN_TERMINAL else None,
        }

    async def runs(self, flow: str | None, status: str | None, limit: int) -> list[JsonObject]:
        return [await self.run(RUN_ID)]

    async def events(self, run_id: str, after: int) -> list[JsonObject]:
        return list(self.journal[after:])

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[JsonObject]:
        self.followed.set()
        while True:
            self._grown.clear()
            while after < len(self.journal):
                event = self.journal[after]
                after += 1
                yield event
                if event["type"] in RUN_TERMINAL:
                    return
            await self._grown.wait()

    async def approvals(self, status: str | None) -> list[JsonObject]:
        return [
            {
                "approval_id": "apr_1",
                "run_id": RUN_ID,
                "path": "publish",
                "ask": "Publish?\nReally?",
            },
            {"approval_id": "apr_2", "run_id": "run_2", "path": "other", "ask": "Other?"},
        ]

    async def decide(
        self, approval_id: str, decision: str, reason: str, args: JsonObject | None
    ) -> None:
        if any(approval_id == decided for decided, _ in self.decisions):
            raise Conflict(f"Approval {approval_id} is approved already.")
        self.decisions.append((approval_id, decision))
        self.add(self._after_decision)

    async def cancel(self, run_id: str, reason: str) -> None:
        self.add(
            [{"type": "run.cancel_requested", "data": {}}, {"type": "run.cancelled", "data": {}}]
        )

    async def trace(self, run_id: str) -> AsyncGenerator[str]:
        yield "header\nevent\n"
        yield "trailer\n"
