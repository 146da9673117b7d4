"""What an executor takes along when it works on one task, and its pen for the journal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from agentry.agents.messages import Ask, Reply, ToolCall, Usage
from agentry.base.failpoint import failpoint
from agentry.base.json import Json, JsonObject
from agentry.engine.begin import approval_id_of
from agentry.engine.plan import Plan, PlanIndex, PlanTask
from agentry.engine.port import Lease
from agentry.engine.scope import scope_of
from agentry.journal.events import Draft, EventType
from agentry.journal.state import CallState, RunState
from agentry.policy.gate import Outcome, PastCall, Question

_CALL_END: dict[Outcome, EventType] = {
    "completed": "call.completed",
    "failed": "call.failed",
    "denied": "call.denied",
}


class Parked(Exception):
    """The task waits for a person; its executor lets go of it."""


@dataclass(frozen=True, slots=True)
class Work:
    """One leased task with all that its run says about it; copied, so that it can cross threads."""

    lease: Lease
    plan: Plan
    task: PlanTask
    given: JsonObject
    scope: JsonObject
    inputs: JsonObject
    env: JsonObject
    by: str
    turns: dict[int, JsonObject]
    calls: dict[str, PastCall]


def take_along(index: PlanIndex, state: RunState, lease: Lease) -> Work:
    """Copy what `lease`'s task needs out of the run's state."""
    task = state.tasks[lease.path]
    calls = {key: _past(call) for key, call in task.calls.items()}
    for approval in state.approvals.values():
        if approval.path == lease.path and approval.call_id is not None:
            known = calls.get(approval.call_id, PastCall())
            calls[approval.call_id] = replace(
                known,
                approval=approval.status,
                answer=dict(approval.answer),
                subject=str(approval.data.get("subject") or ""),
            )
    return Work(
        lease,
        index.plan,
        index.task(lease.path),
        dict(task.given),
        scope_of(index, state, lease.path),
        dict(state.inputs),
        dict(state.env),
        state.by,
        dict(task.turns),
        calls,
    )


def _past(call: CallState) -> PastCall:
    return PastCall(call.status, dict(call.result))


class TaskLog:
    """Writes one task's events under its lease. Serves the gate (calls) and the loop (turns)."""

    def __init__(
        self,
        work: Work,
        append: Callable[[Lease, Sequence[Draft]], Awaitable[None]],
        show: Callable[[int, str], None],
    ) -> None:
        self._work = work
        self._append = append
        self._show = show

    # Calls, for the gate.

    def past(self, call_id: str) -> PastCall:
        return self._work.calls.get(call_id, PastCall())

    async def started(self, call_id: str, data: JsonObject) -> None:
        await self.write("call.started", data, call_id)

    async def ended(self, call_id: str, outcome: Outcome, data: JsonObject) -> None:
        await self.write(_CALL_END[outcome], data, call_id)

    async def ask(self, call_id: str, question: Question) -> None:
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
            "need": 1,
            "subject": question.subject,
        }
        lease = self._work.lease
        failpoint("question.before")
        await self._append(
            lease,
            [
                Draft("approval.asked", lease.path, lease.attempt, asked, call_id),
                Draft("task.waiting", lease.path, lease.attempt),
            ],
        )
        failpoint("question.after")
        raise Parked

    async def write(
        self,
        kind: EventType,
        data: JsonObject,
        call_id: str | None = None,
        usage: JsonObject | None = None,
    ) -> None:
        """Append one event of this task; return once it is durable."""
        lease = self._work.lease
        await self._append(lease, [Draft(kind, lease.path, lease.attempt, data, call_id, usage)])

    def show(self, turn: int, words: str) -> None:
        """Let people see words as they stream."""
        self._show(turn, words)


class TurnPen:
    """The loop's view of a `TaskLog`: recorded turns, and new ones."""

    def __init__(self, work: Work, log: TaskLog, provider: str) -> None:
        self._work = work
        self._log = log
        self._provider = provider

    def past(self, turn: int) -> Reply | None:
        found = self._work.turns.get(turn)
        return None if found is None else _reply_of(found)

    async def started(self, turn: int, ask: Ask) -> None:
        await self._log.write(
            "turn.started", {"turn": turn, "model": ask.model, "provider": self._provider}
        )
        failpoint("turn.asked")

    async def replied(self, turn: int, reply: Reply) -> None:
        calls: list[Json] = [
            {"call_id": call.call_id, "tool": call.tool, "args": call.args} for call in reply.calls
        ]
        failpoint("turn.before")
        await self._log.write(
            "turn.replied",
            {
                "turn": turn,
                "text": reply.text,
                "calls": calls,
                "finish": reply.finish,
                "model": reply.model,
            },
            usage=usage_json(reply.usage),
        )
        failpoint("turn.after")

    def delta(self, turn: int, text: str) -> None:
        self._log.show(turn, text)


def usage_json(usage: Usage) -> JsonObject:
    """Return usage as events carry it."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost_usd": usage.cost_usd,
        "estimated": usage.estimated,
    }


def _reply_of(data: JsonObject) -> Reply:
    calls: list[ToolCall] = []
    raw = data.get("calls")
    for item in raw if isinstance(raw, list) else []:
        if isinstance(item, dict):
            args = item.get("args")
            calls.append(
                ToolCall(
                    str(item.get("call_id")),
                    str(item.get("tool")),
                    args if isinstance(args, dict) else {},
                )
            )
    # Its usage is in the journal already; a recorded turn must not be counted twice.
    return Reply(
        str(data.get("text") or ""),
        tuple(calls),
        Usage(),
        str(data.get("model") or ""),
        str(data.get("finish") or "stop"),
    )
