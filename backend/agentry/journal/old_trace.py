"""Traces of the older form, `{"ts","type","agent_id","data"}` a line, as events of today.

Every agent becomes a task. What cannot be read is left out and reported by its line number;
nothing is ever run.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from agentry.base.json import Json, JsonObject
from agentry.journal.events import Draft, Event
from agentry.journal.old_lines import OldLine, arguments, get, old_lines


@dataclass(frozen=True, slots=True)
class Converted:
    """An old trace as a header and events; `skipped` says which lines were left out and why."""

    header: JsonObject
    events: list[Event]
    skipped: list[str]


def looks_old(first: bytes) -> bool:
    """Return whether a file with this first line is no trace of today."""
    start = first[:80]
    return b'"header"' not in start


def convert(content: bytes) -> Converted:
    """Return the old trace `content` (a whole file) as today's events."""
    run_id = "run_old_" + hashlib.sha256(content).hexdigest()[:18]
    story = _Story(run_id)
    skipped: list[str] = []
    for number, line in old_lines(content):
        if isinstance(line, str):
            skipped.append(f"Line {number} {line}; it is left out.")
        elif not story.tell(line):
            skipped.append(f"Line {number} is of the unknown type {line.type!r}; it is left out.")
    story.close()
    header: JsonObject = {
        "run_id": run_id,
        "flow": "old-trace",
        "title": "Trace of the older form",
        "revision": "",
        "plan": None,
        "text": "",
        "tools": {},
        "converted": True,
    }
    return Converted(header, story.events, skipped)


@dataclass(slots=True)
class _Agent:
    """What has been told of one agent's present task. `calls` are asked for and not ended."""

    path: str
    model: str = ""
    turn: int = 0
    calls: list[tuple[str, str, JsonObject]] = field(default_factory=lambda: [])
    begun: set[str] = field(default_factory=lambda: set())
    made: int = 0


class _Story:
    """Tells an old trace as events of one run."""

    def __init__(self, run_id: str) -> None:
        self.events: list[Event] = []
        self._run_id = run_id
        self._now = 0
        self._agents: dict[str, _Agent] = {}
        self._paths: set[str] = set()
        self._outputs: JsonObject = {}
        self._error: JsonObject | None = None

    def tell(self, line: OldLine) -> bool:
        """Take one line in; return whether its type is known."""
        tellers = {
            "model_start": self._model,
            "step_start": self._step,
            "tool_start": self._call,
            "tool_end": self._result,
            "final": self._final,
            "yield": self._stopped,
            # Words as they streamed, and sums: both are in other lines too.
            "token": None,
            "summary": None,
        }
        if line.type not in tellers:
            return False
        teller = tellers[line.type]
        if teller is not None:
            self._now = max(self._now, line.ts or self._now)
            teller(self._agent(line.agent), line)
        return True

    def close(self) -> None:
        """End the run where all of its agents have ended."""
        if not self.events or self._agents:
            return
        if self._error is not None:
            self._place(Draft("run.failed", data={"error": self._error}))
        else:
            self._place(Draft("run.completed", data={"outputs": self._outputs}))

    def _agent(self, name: str) -> _Agent:
        agent = self._agents.get(name)
        if agent is None:
            if not self.events:
                accepted: JsonObject = {"flow": "old-trace", "inputs": {}, "env": {}, "by": ""}
                self._place(Draft("run.accepted", data=accepted))
                self._place(Draft("run.started"))
            agent = self._agents[name] = _Agent(self._free_path(name))
            self._place(Draft("task.started", agent.path, 1, {"kind": "agent"}))
        return agent

    def _free_path(self, name: str) -> str:
        # The names were UUIDs: their beginning tells them apart, and can be read.
        short = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:8].strip("-")
        first = f"agent-{short}" if short else "agent"
        path, again = first, 2
        while path in self._paths:
            path, again = f"{first}-{again}", again + 1
        self._paths.add(path)
        return path

    def _model(self, agent: _Agent, line: OldLine) -> None:
        agent.model = line.data if isinstance(line.data, str) else ""

    def _step(self, agent: _Agent, line: OldLine) -> None:
        agent.turn += 1
        data = line.data
        text = data if isinstance(data, str) else get(data, "content")
        model = str(get(data, "modelname") or agent.model)
        asked = get(data, "toolcalls")
        calls: list[Json] = []
        for place, item in enumerate(asked if isinstance(asked, list) else []):
            call_id = f"{agent.path}#1/turn-{agent.turn}/call-{place}"
            tool, args = str(get(item, "name") or ""), arguments(get(item, "arguments"))
            agent.calls.append((call_id, tool, args))
            calls.append({"call_id": call_id, "tool": tool, "args": args})
        turn: JsonObject = {"turn": agent.turn, "model": model, "provider": ""}
        self._place(Draft("turn.started", agent.path, 1, turn))
        reply: JsonObject = {
            "turn": agent.turn,
            "text": text if isinstance(text, str) else "",
            "calls": calls,
            "finish": "calls" if calls else "stop",
            "model": model,
        }
        self._place(Draft("turn.replied", agent.path, 1, reply, usage=_usage(data)))

    def _call(self, agent: _Agent, line: OldLine) -> None:
        tool = str(get(line.data, "name") or "")
        known = next((c for c in agent.calls if c[1] == tool and c[0] not in agent.begun), None)
        call_id, _, planned = known or self._unplanned(agent, tool)
        args = get(line.data, "args")
        self._begin(agent, call_id, tool, args if isinstance(args, dict) else planned)

    def _result(self, agent: _Agent, line: OldLine) -> None:
        tool = str(get(line.data, "name") or "")
        begun = [call for call in agent.calls if call[0] in agent.begun]
        known = next((call for call in [*begun, *agent.calls] if call[1] == tool), None)
        call_id, _, args = known or self._unplanned(agent, tool)
        if call_id not in agent.begun:
            self._begin(agent, call_id, tool, args)
        agent.calls = [call for call in agent.calls if call[0] != call_id]
        output = line.data if isinstance(line.data, str) else get(line.data, "result")
        data: JsonObject = {"tool": tool, "output": output}
        self._place(Draft("call.completed", agent.path, 1, data, call_id))

    def _unplanned(self, agent: _Agent, tool: str) -> tuple[str, str, JsonObject]:
        call: tuple[str, str, JsonObject] = (f"{agent.path}#1/call-{agent.made}", tool, {})
        agent.made += 1
        agent.calls.append(call)
        return call

    def _begin(self, agent: _Agent, call_id: str, tool: str, args: JsonObject) -> None:
        agent.begun.add(call_id)
        data: JsonObject = {"tool": tool, "args": args}
        self._place(Draft("call.started", agent.path, 1, data, call_id))

    def _final(self, agent: _Agent, line: OldLine) -> None:
        self._outputs[agent.path] = line.data
        data: JsonObject = {"kind": "agent", "output": line.data}
        self._end(agent, Draft("task.completed", agent.path, 1, data))

    def _stopped(self, agent: _Agent, line: OldLine) -> None:
        error: JsonObject = {
            "code": "max_turns_reached",
            "message": f"Agent {line.agent!r} stopped at its limit of turns.",
        }
        self._error = {"path": agent.path, **error}
        data: JsonObject = {"kind": "agent", "error": error}
        self._end(agent, Draft("task.failed", agent.path, 1, data))

    def _end(self, agent: _Agent, draft: Draft) -> None:
        self._place(draft)
        self._agents = {name: found for name, found in self._agents.items() if found is not agent}

    def _place(self, draft: Draft) -> None:
        self.events.append(draft.placed(self._run_id, len(self.events) + 1, self._now))


def _usage(data: Json) -> JsonObject:
    """Return what a reply used; nobody knows what it cost."""
    tokens = {"input_tokens": get(data, "inputtokens"), "output_tokens": get(data, "outputtokens")}
    counted: JsonObject = {
        name: value if isinstance(value, int) else 0 for name, value in tokens.items()
    }
    return {**counted, "cached_tokens": 0, "cost_usd": None, "estimated": False}
