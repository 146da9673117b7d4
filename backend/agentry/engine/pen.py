"""The pen with which an executor writes what becomes of one task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from agentry.base.failpoint import failpoint
from agentry.base.json import JsonObject
from agentry.engine.begin import approval_id_of
from agentry.engine.port import Lease
from agentry.engine.work import Work
from agentry.journal.events import Draft, EventType
from agentry.policy.calls import Outcome, PastCall, Question

Append = Callable[[Lease, Sequence[Draft]], Awaitable[int]]
"""Append what the holder of a lease saw or did; return the seq of the last event."""

_CALL_END: dict[Outcome, EventType] = {
    "completed": "call.completed",
    "failed": "call.failed",
    "denied": "call.denied",
}


HELD_S = 0.02
"""How long the start of a call that may be repeated waits for its end, to share one commit."""


class Parked(Exception):
    """The task waits for a person; its executor lets go of it."""


@dataclass(slots=True)
class _Begun:
    """A call whose start is not durable yet; `drafts` are taken away by whoever writes them."""

    drafts: list[Draft]
    writing: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.writing is not None:
            self.writing.cancel()


class TaskLog:
    """Writes one task's events under its lease. Serves the gate (calls) and the loop (turns)."""

    def __init__(self, work: Work, append: Append, show: Callable[[int, str], None]) -> None:
        self._work = work
        self._append = append
        self._show = show
        self._begun: dict[str, _Begun] = {}

    def past(self, call_id: str) -> PastCall:
        return self._work.calls.get(call_id, PastCall())

    async def started(
        self, call_id: str, data: JsonObject, *, durable: bool, doubt: JsonObject | None = None
    ) -> None:
        drafts = self._drafts(call_id, doubt, "call.started", data)
        if durable:
            await self._append(self._work.lease, drafts)
            return
        begun = self._begun[call_id] = _Begun(drafts)
        begun.writing = asyncio.create_task(self._write_late(begun))
        # Where it fails, so does the end that follows it; nobody waits for it alone.
        begun.writing.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _write_late(self, begun: _Begun) -> None:
        await asyncio.sleep(HELD_S)
        drafts, begun.drafts = begun.drafts, []
        await self._append(self._work.lease, drafts)

    async def ended(
        self, call_id: str, outcome: Outcome, data: JsonObject, doubt: JsonObject | None = None
    ) -> None:
        drafts = self._drafts(call_id, doubt, _CALL_END[outcome], data)
        begun = self._begun.pop(call_id, None)
        if begun is not None and begun.drafts:
            drafts = [*begun.drafts, *drafts]
            begun.stop()
        elif begun is not None and begun.writing is not None:
            await begun.writing
        await self._append(self._work.lease, drafts)

    def drop(self) -> None:
        """Forget what is not written yet: the work on the task is over."""
        for begun in self._begun.values():
            begun.stop()
        self._begun.clear()

    async def ask(self, call_id: str, question: Question, doubt: JsonObject | None = None) -> None:
        lease = self._work.lease
        drafts = self._drafts(call_id, doubt, "approval.asked", self._asked(call_id, question))
        failpoint("question.before")
        await self._append(lease, [*drafts, Draft("task.waiting", lease.path, lease.attempt)])
        failpoint("question.after")
        raise Parked

    def _asked(self, call_id: str, question: Question) -> JsonObject:
        asked: JsonObject = {
            "approval_id": approval_id_of(
                self._work.lease.run_id, f"{call_id}\n{question.subject}"
            ),
            "kind": "call",
            "ask": question.ask,
            "tool": question.tool,
            "args": question.args,
            "why": question.why,
            "rule": question.rule,
            "to": list(question.to),
            "need": question.need,
            "self_approval": question.self_approval,
            "binding": question.binding,
            "subject": question.subject,
        }
        if question.expires_ms is not None:
            asked["expires_ms"] = question.expires_ms
        if question.doubt:
            asked["doubt"] = True
        return asked

    def _drafts(
        self, call_id: str, doubt: JsonObject | None, kind: EventType, data: JsonObject
    ) -> list[Draft]:
        path, attempt = self._work.lease.path, self._work.lease.attempt
        drafts = [Draft(kind, path, attempt, data, call_id)]
        if doubt is not None:
            drafts.insert(0, Draft("call.in_doubt", path, attempt, doubt, call_id))
        return drafts

    async def write(
        self,
        kind: EventType,
        data: JsonObject,
        *,
        call_id: str | None = None,
        usage: JsonObject | None = None,
    ) -> int:
        """Append one event of this task; return its seq once it is durable."""
        lease = self._work.lease
        draft = Draft(kind, lease.path, lease.attempt, data, call_id, usage)
        return await self._append(lease, [draft])

    def show(self, turn: int, words: str) -> None:
        """Let people see words as they stream."""
        self._show(turn, words)
