"""What a program comes to, said a second time: no journal, no steps, no state that is kept.

The engine goes forward event by event. Here time is a number (how many calls have ended) and each
task is a function of when it begins: when it is over, how, and with what. The only thing taken from
the real run is *when* its calls ended; how they ended is written in the program.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from agentry.flow.expr import evaluate, resolve
from tests.proofs.programs import Vertex

OPEN = math.inf


@dataclass(slots=True)
class Told:
    """One task: when it began and was over (`OPEN`: not yet), how it ended, and its output."""

    start: float
    end: float = OPEN
    outcome: str = "open"
    output: Any = None
    given: Any = None


@dataclass(slots=True)
class _Child:
    """A task seen from its list: `over` counts the list that makes up for its failure.

    `dead`: it never began, because one that it needs failed.
    """

    told: Told
    over: float
    bad: bool
    dead: bool = False


def fate_of(vertex: Vertex, path: str) -> tuple[str, int, Any]:
    """Return how a leaf ends, at which attempt, and what an attempt that completes gives."""
    fate = vertex["x-fate"]
    in_force = "round" not in fate or f"@{fate['round']}/" in path
    fails = fate["fails"] if in_force else 0
    attempts = vertex.get("retry", {}).get("attempts", 1)
    return (
        ("completed", fails + 1, fate["value"]) if fails < attempts else ("failed", attempts, None)
    )


class Reference:
    """Tells a program's course; `ends` says at which tick the last attempt of each leaf ended."""

    def __init__(self, program: Vertex, ends: Mapping[str, int]) -> None:
        self._ends = ends
        self.told: dict[str, Told] = {}
        whole = Told(0)
        self._list("", program["tasks"], whole, {}, serial=True)
        self.status = {"open": "running"}.get(whole.outcome, whole.outcome)
        views: Vertex = {
            "tasks": {vertex["id"]: self._view(vertex["id"]) for vertex in program["tasks"]}
        }
        good = whole.outcome == "completed"
        self.outputs = resolve(program["outputs"], views) if good else None

    def _view(self, path: str) -> dict[str, Any]:
        told = self.told.get(path, Told(0, outcome="pending"))
        return {"status": told.outcome, "output": told.output}

    def _list(
        self,
        path: str,
        vertices: list[Vertex],
        whole: Told,
        loop: Vertex,
        *,
        serial: bool,
        form: Vertex | None = None,
    ) -> None:
        """Tell a list that begins at `whole.start`, and with `whole` how it ends."""
        form = form or {}
        join, fast = form.get("join", "all"), serial or form.get("fail_fast", False)
        at = {
            vertex["id"]: f"{path}/{vertex['id']}" if path else vertex["id"] for vertex in vertices
        }
        begun: dict[str, _Child] = {}
        now = whole.start
        while whole.outcome == "open":
            over = [child for child in begun.values() if child.over <= now]
            every = len(over) == len(vertices)
            good = sum(child.told.outcome == "completed" for child in over)
            bad = any(child.bad for child in over)
            if bad and fast:
                self._end(whole, now, "failed", at.values())
            elif every and join == "all" and not bad:
                self._end(whole, now, "completed", ())
            elif join != "all" and good >= (1 if join == "any" else join):
                self._end(whole, now, "completed", at.values())
            elif every:
                self._end(whole, now, "failed", ())
            elif not self._begin_some(
                vertices, at, begun, now, loop, serial, form.get("max", OPEN)
            ):
                now = min((c.over for c in begun.values() if c.over > now), default=OPEN)
                if now == OPEN:
                    return
        if whole.outcome == "completed" and serial:
            whole.output = self.told[at[vertices[-1]["id"]]].output
        elif whole.outcome == "completed":
            whole.output = {name: child.told.output for name, child in begun.items()}

    def _begin_some(
        self,
        vertices: list[Vertex],
        at: Mapping[str, str],
        begun: dict[str, _Child],
        now: float,
        loop: Vertex,
        serial: bool,
        most: float,
    ) -> bool:
        """Begin what may begin now; return whether anything did."""
        before = len(begun)
        room = most - sum(child.over > now for child in begun.values())
        over = {name: child for name, child in begun.items() if child.over <= now}
        for above, vertex in zip([None, *vertices], vertices, strict=False):
            name, path = vertex["id"], at[vertex["id"]]
            usual = [above["id"]] if serial and above is not None else []
            needs = vertex.get("needs", usual)
            if name in begun:
                continue
            if any(need in over and (over[need].bad or over[need].dead) for need in needs):
                self.told[path] = Told(now, now, "skipped")
                begun[name] = _Child(self.told[path], now, bad=False, dead=True)
            elif all(need in over for need in needs) and room > 0:
                room -= 1
                scope = {"tasks": {need: self._view(at[need]) for need in needs}, "loop": loop}
                begun[name] = self._task(path, vertex, now, scope)
        return len(begun) > before

    def _end(self, whole: Told, now: float, outcome: str, below: Any) -> None:
        """End a container now, and cancel what is open in it."""
        whole.end, whole.outcome = now, outcome
        for top in below:
            for path in [p for p in self.told if p == top or p.startswith((f"{top}/", f"{top}@"))]:
                told = self.told[path]
                if told.start > now:
                    del self.told[path]
                elif told.end > now:
                    self.told[path] = Told(told.start, now, "cancelled", given=told.given)

    def _task(self, path: str, vertex: Vertex, now: float, scope: Vertex) -> _Child:
        told = self.told[path] = Told(now)
        test = vertex.get("if", "${{ true }}").removeprefix("${{").removesuffix("}}")
        if vertex.get("disabled") or not evaluate(test, scope):
            told.end, told.outcome = now, "skipped"
            return _Child(told, now, bad=False)
        self._kind(path, vertex, told, scope)
        bad, over = told.outcome == "failed", told.end
        if bad and isinstance(vertex.get("on_error"), list):
            rescue = self.told[f"{path}/on_error"] = Told(told.end)
            self._list(f"{path}/on_error", vertex["on_error"], rescue, scope["loop"], serial=True)
            bad, over = rescue.outcome == "failed", rescue.end
        return _Child(told, over, bad and vertex.get("on_error") != "continue")

    def _kind(self, path: str, vertex: Vertex, told: Told, scope: Vertex) -> None:
        loop = scope["loop"]
        if "tool" in vertex:
            told.given = resolve(vertex["with"], scope)
            told.end = self._ends.get(path, OPEN)
            if told.end < OPEN:
                told.outcome, _, told.output = fate_of(vertex, path)
        elif "sequential" in vertex:
            self._list(path, vertex["sequential"], told, loop, serial=True)
        elif "parallel" in vertex:
            form = vertex["parallel"]
            self._list(path, form["do"], told, loop, serial=False, form=form)
        elif "condition" in vertex:
            self._branch(path, vertex["condition"], told, scope)
        else:
            self._rounds(path, vertex["loop"], told)

    def _branch(self, path: str, form: Vertex, told: Told, scope: Vertex) -> None:
        value = resolve(form["if"] if "if" in form else form["on"], scope)
        name = ("then" if value else "else") if "if" in form else str(value)
        branches = form.get("cases", form)
        if "on" in form and name not in branches:
            name, branches = "default", form
        if name not in branches:
            told.end, told.outcome = told.start, "completed"
            return
        at = f"{path}/{name.replace('/', '%2F')}"
        branch = self.told[at] = Told(told.start)
        self._list(at, branches[name], branch, scope["loop"], serial=True)
        told.end, told.outcome, told.output = branch.end, branch.outcome, branch.output

    def _rounds(self, path: str, form: Vertex, told: Told) -> None:
        total = self._total(form)
        rounds: list[Told] = []
        now = told.start
        while told.outcome == "open":
            going = sum(one.end > now for one in rounds)
            if any(one.end <= now and one.outcome == "failed" for one in rounds):
                below = [f"{path}@{number + 1}" for number in range(len(rounds))]
                self._end(told, now, "failed", below)
            elif len(rounds) == total and not going:
                told.end, told.outcome = now, "completed"
                told.output = [one.output for one in rounds]
            elif len(rounds) < total and going < form.get("max_parallel", 1):
                at = f"{path}@{len(rounds) + 1}"
                loop = {"index": len(rounds), "iteration": len(rounds) + 1}
                one = self.told[at] = Told(now)
                rounds.append(one)
                self._list(at, form["do"], one, loop, serial=True)
            else:
                now = min((one.end for one in rounds if one.end > now), default=OPEN)
                if now == OPEN:
                    return

    def _total(self, form: Vertex) -> int:
        if "for_each" in form:
            return len(cast(list[Any], resolve(form["for_each"], {})))
        return cast(int, resolve(form["times"], {}))
