"""A task's turns with its model: those that the journal has, and new ones."""

from __future__ import annotations

from agentry.agents.messages import Ask, Reply, ToolCall, Usage
from agentry.base.failpoint import failpoint
from agentry.base.json import Json, JsonObject
from agentry.engine.pen import TaskLog
from agentry.engine.reserve import Price, reserve_for
from agentry.engine.work import Work


class TurnPen:
    """The loop's view of a `TaskLog`: recorded turns, and new ones."""

    def __init__(self, work: Work, log: TaskLog, provider: str, price: Price) -> None:
        self._work = work
        self._log = log
        self._provider = provider
        self._price = price

    def past(self, turn: int) -> Reply | None:
        found = self._work.turns.get(turn)
        return None if found is None else _reply_of(found)

    async def started(self, turn: int, ask: Ask) -> None:
        data: JsonObject = {"turn": turn, "model": ask.model, "provider": self._provider}
        if self._work.limited:
            data["reserve"] = reserve_for(ask, self._provider, self._price)
        await self._log.write("turn.started", data)
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
