"""What a run asks people, answered from the terminal: all of it with --yes, else one by one."""

from __future__ import annotations

import asyncio
import os
import sys

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject, encode
from agentry.cli import console
from agentry.cli.door import Door

_ENDS = frozenset({"approval.decided", "approval.expired", "approval.cancelled"})
_WORDS = {"y": "approve", "yes": "approve", "n": "deny", "no": "deny"}
_MOST_LETTERS = 2000


class Questions:
    """The open questions of one run. `yes` approves all; `ask` puts them to the person here."""

    def __init__(self, door: Door, run_id: str, *, yes: bool, ask: bool) -> None:
        self._door = door
        self._run_id = run_id
        self._yes = yes
        self._ask = ask
        self._waiting: dict[str, JsonObject] = {}
        self._later: set[str] = set()
        self._dropped = asyncio.Event()

    @property
    def waiting(self) -> bool:
        """Return whether the run has a question open."""
        return bool(self._waiting)

    def note(self, event: JsonObject) -> None:
        """Take one event of the run in."""
        data = event.get("data")
        if not isinstance(data, dict):
            return
        approval_id = str(data.get("approval_id"))
        if event.get("type") == "approval.asked":
            self._waiting[approval_id] = {**data, "path": event.get("path")}
        elif event.get("type") in _ENDS:
            self._waiting.pop(approval_id, None)

    def drop(self) -> None:
        """Stop asking: the run is being cancelled."""
        self._dropped.set()

    async def open(self) -> list[JsonObject]:
        """Return the run's open questions."""
        found = await self._door.approvals("open")
        return [item for item in found if item.get("run_id") == self._run_id]

    async def answer(self) -> bool:
        """Answer what is open; return whether anything was answered or is answered already."""
        if not self._yes and not self._ask:
            return False
        answered = False
        for approval_id, asked in list(self._waiting.items()):
            if self._dropped.is_set():
                return answered
            if approval_id in self._later:
                continue
            if self._yes:
                decision, reason = "approve", "Approved by --yes."
            else:
                decision, reason = await self._decision(asked), ""
            if decision is None:
                self._later.add(approval_id)
                continue
            await self._decide(approval_id, decision, reason)
            answered = True
        return answered

    async def _decide(self, approval_id: str, decision: str, reason: str) -> None:
        try:
            await self._door.decide(approval_id, decision, reason, None)
        except AgentryError as problem:
            if problem.status != 409:
                raise
            # Somebody else was quicker, or the run is over; its events will say.
            if not self._yes:
                console.say(problem.detail)
        self._waiting.pop(approval_id, None)

    async def _decision(self, asked: JsonObject) -> str | None:
        from rich.panel import Panel
        from rich.text import Text

        err = console.rich_err()
        body = str(asked.get("ask") or "")
        if asked.get("tool"):
            body += f"\n{asked.get('tool')} {encode(asked.get('args'))}"
        if asked.get("why"):
            body += f"\n{asked.get('why')}"
        title = f"{asked.get('path')} asks"
        err.print(
            Panel(Text(body.strip()[:_MOST_LETTERS]), title=Text(title), border_style="yellow")
        )
        while not self._dropped.is_set():
            sys.stderr.write("Approve? [y]es, [n]o, [l]ater: ")
            sys.stderr.flush()
            line = await self._line()
            if line is None or line.strip().lower() in ("l", "later"):
                return None
            word = _WORDS.get(line.strip().lower())
            if word is not None:
                return word
        return None

    async def _line(self) -> str | None:
        """Return the next line typed, None at the end of input or when asking was dropped.

        Not a blocked thread: that one would keep the process from ending after Ctrl-C.
        """
        loop = asyncio.get_running_loop()
        typed: asyncio.Future[bytes] = loop.create_future()
        stdin = sys.stdin.fileno()

        def take() -> None:
            if not typed.done():
                typed.set_result(os.read(stdin, 4096))

        loop.add_reader(stdin, take)
        dropped = loop.create_task(self._dropped.wait())
        try:
            await asyncio.wait({typed, dropped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            loop.remove_reader(stdin)
            dropped.cancel()
        return typed.result().decode(errors="replace") or None if typed.done() else None
