"""Tools with an effect outside: each call leaves a line in a file that no crash takes back."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from agentry.base.json import JsonObject, encode
from agentry.policy.rules import Policy, load_policy
from agentry.sandbox.performer import SandboxPerformer
from agentry.tools.builtin import BUILTIN
from agentry.tools.manifest import Manifest, Repeat
from agentry.tools.port import CallContext, CallResult
from agentry.tools.registry import Registry

REPEATS: dict[str, Repeat] = {
    "pay": "keyed",
    "stamp": "opaque",
    "careful": "opaque",
    "tidy": "idempotent",
    "flaky": "keyed",
    "broken": "idempotent",
    "linger": "keyed",
}

POLICY = """
version: 1
defaults: {decision: ask}
rules:
  - {id: careful, ask: {tool: careful}}
  - {id: rest, allow: {tool: [pay, stamp, tidy, flaky, broken, linger, echo, json_query]}}
"""


def registry() -> Registry:
    """Return the built-in tools and those with an effect outside."""
    return Registry(
        [
            *BUILTIN,
            *(
                Manifest(
                    name=name,
                    description="Leave a line outside.",
                    effects=("message",),
                    workspace="none",
                    repeat=repeat,
                )
                for name, repeat in REPEATS.items()
            ),
        ]
    )


def policy(tools: Registry) -> Policy:
    return load_policy(POLICY, tools)


class EffectPerformer:
    """Carries out the tools above, and built-in ones as the studio does."""

    def __init__(self, tools: Registry, log: Path, linger: asyncio.Event) -> None:
        self._own = SandboxPerformer(tools, sandboxes=())
        self._log = log
        self._linger = linger

    async def perform(self, tool: str, args: JsonObject, context: CallContext) -> CallResult:
        if tool not in REPEATS:
            return await self._own.perform(tool, args, context)
        if tool == "linger":
            await self._linger.wait()
        line = encode([tool, context.call_id, context.run_id, args, context.key]) + "\n"
        # One write of one short line: it is there whole or not at all, whenever we die.
        log = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(log, line.encode())
        os.close(log)
        if tool == "broken" or (tool == "flaky" and "#1/" in context.call_id):
            return CallResult(False, None, "tool_failed", f"{tool} failed, as it does.")
        return CallResult(True, args)

    def at_once(self, tool: str, args: JsonObject) -> CallResult | None:
        return self._own.at_once(tool, args)

    async def reconcile(self, tool: str, context: CallContext) -> CallResult | None:
        return await self._own.reconcile(tool, context)


@dataclass(frozen=True, slots=True)
class Seen:
    """One effect as the outside saw it; `key` is what a tool that honours keys goes by."""

    tool: str
    call_id: str
    run_id: str
    args: str
    key: str


def all_seen(log: Path) -> list[Seen]:
    """Return every effect seen outside, in order."""
    if not log.exists():
        return []
    lines = (json.loads(line) for line in log.read_text().splitlines())
    return [Seen(tool, call, run, encode(args), key) for tool, call, run, args, key in lines]


def seen_outside(log: Path) -> Counter[str]:
    """Return how often each call's effect was seen outside, by `tool call_id`."""
    return Counter(encode([seen.tool, seen.call_id]) for seen in all_seen(log))
