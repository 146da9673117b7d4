"""Flows made at random, with what becomes of each of their calls written into them.

A program is a flow as data (JSON is YAML). Every leaf is `echo` with an `x-fate`: `fails` attempts
fail before one completes, in every iteration or in `round` only; then its output is `value`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from hypothesis import strategies as st

Vertex = dict[str, Any]
DEEPEST = 4
MOST_LEAVES = 16
ALWAYS = 99
FALSE = "${{ 1 > 2 }}"
TRUE = "${{ 1 < 2 }}"


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Vertex:
    """Return a flow that is right, of tasks nested at most `DEEPEST` deep."""
    maker = _Maker(draw)
    tasks = maker.tasks(1, serial=True, looped=False)
    outputs = {vertex["id"]: f"${{{{ tasks.{vertex['id']}.output }}}}" for vertex in tasks}
    return {"tasks": tasks, "outputs": outputs}


def instant(vertex: Vertex) -> bool:
    """Return whether `vertex` may be over without a call having ended."""
    if vertex.get("disabled") or "if" in vertex:
        return True
    if "tool" in vertex:
        return False
    if "condition" in vertex:
        form = vertex["condition"]
        branches = [form[key] for key in ("then", "else", "default") if key in form]
        branches += form.get("cases", {}).values()
        whole = "else" in form or "default" in form
        return not whole or any(_all_instant(branch) for branch in branches)
    if "loop" in vertex:
        form = vertex["loop"]
        return form.get("times") == 0 or form.get("for_each") == [] or _all_instant(form["do"])
    form = vertex.get("parallel") or {"do": vertex["sequential"]}
    return form.get("join", "all") == "all" and _all_instant(form["do"])


def _all_instant(vertices: list[Vertex]) -> bool:
    return all(instant(vertex) for vertex in vertices)


@dataclass
class _Maker:
    """Draws one program; `leaves` are left to spend. The simplest draw is the plainest task."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    leaves: int = MOST_LEAVES
    made: int = 0

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(0, number - 1)) == number - 1

    def pick(self, *among: Any) -> Any:
        return self.draw(st.sampled_from(among))

    def tasks(self, depth: int, *, serial: bool, looped: bool, most: int = 4) -> list[Vertex]:
        """Return a list of one to `most` tasks; `serial` where each needs the one above it."""
        made: list[Vertex] = []
        for _ in range(self.pick(*range(2, most + 1), 1)):
            if not made or self.leaves > 0:
                made.append(self._task(depth, made, serial=serial, looped=looped))
        return made

    def _task(self, depth: int, before: list[Vertex], *, serial: bool, looped: bool) -> Vertex:
        kinds = ["leaf", "parallel", "leaf", "parallel", "sequential", "condition", "loop"]
        kinds = kinds[depth == 1 :]
        kind = "leaf" if depth >= DEEPEST or self.leaves <= 1 else str(self.pick(*kinds))
        self.made += 1
        vertex: Vertex = {"id": f"{kind[0]}{self.made}"}
        needs = self._needs(before, serial=serial)
        if needs is not None:
            vertex["needs"] = needs
        seen = needs if needs is not None else [before[-1]["id"]] if serial and before else []
        if self.one_in(20):
            vertex["disabled"] = True
        if self.one_in(10):
            tests = [FALSE, TRUE, *(["${{ loop.index == 0 }}"] if looped else [])]
            tests += [f'${{{{ tasks.{need}.status == "completed" }}}}' for need in seen]
            vertex["if"] = self.pick(*tests)
        vertex |= self._leaf(seen, looped) if kind == "leaf" else self._box(kind, depth, looped)
        if self.one_in(2):
            rescued = self.leaves > 0 and not self.one_in(3)
            vertex["on_error"] = self._branch(depth, looped) if rescued else "continue"
        return vertex

    def _needs(self, before: list[Vertex], *, serial: bool) -> list[str] | None:
        if not before or not self.one_in(4):
            return None
        if serial and self.one_in(2):
            return []
        names = st.sampled_from([str(vertex["id"]) for vertex in before])
        return cast(list[str], self.draw(st.lists(names, min_size=1, max_size=2, unique=True)))

    def _leaf(self, seen: list[str], looped: bool) -> Vertex:
        self.leaves -= 1
        given: Vertex = {"was": f"${{{{ tasks.{seen[-1]}.output }}}}"} if seen else {}
        if looped:
            given["at"] = "${{ loop.iteration }}"
        fate: Vertex = {"fails": self.pick(0, 1, 0, 2, 0, ALWAYS), "value": self.made}
        if looped and self.one_in(2):
            fate["round"] = self.pick(1, 2)
        vertex: Vertex = {"tool": "echo", "with": given, "x-fate": fate}
        if self.one_in(3):
            vertex["retry"] = {"attempts": self.pick(2, 3), "delay": "1s"}
        return vertex

    def _box(self, kind: str, depth: int, looped: bool) -> Vertex:
        if kind == "sequential":
            return {kind: self.tasks(depth + 1, serial=True, looped=looped)}
        if kind == "parallel":
            return {kind: self._parallel(depth, looped)}
        if kind == "condition":
            return {kind: self._condition(depth, looped)}
        return {kind: self._loop(depth)}

    def _branch(self, depth: int, looped: bool) -> list[Vertex]:
        return self.tasks(depth + 1, serial=True, looped=looped, most=2)

    def _parallel(self, depth: int, looped: bool) -> Vertex:
        lanes = self.tasks(depth + 1, serial=False, looped=looped)
        form: Vertex = {"do": lanes}
        if self.one_in(3):
            form["max"] = self.pick(1, 2)
        if self.one_in(2):
            form["fail_fast"] = True
        # Lanes that are over before anything has happened leave open who was first.
        if not any(instant(lane) for lane in lanes) and not self.one_in(3):
            form["join"] = self.pick("any", *range(1, len(lanes) + 1))
        return form

    def _condition(self, depth: int, looped: bool) -> Vertex:
        test = self.pick("1 < 2", "1 > 2", *(["loop.index == 0"] if looped else []))
        then = self._branch(depth, looped)
        more = self._branch(depth, looped) if self.one_in(2) else None
        if self.one_in(2):
            rest = {} if more is None else {"else": more}
            return {"if": f"${{{{ {test} }}}}", "then": then, **rest}
        form: Vertex = {"on": f'${{{{ {test} ? "x" : "y/z" }}}}', "cases": {"x": then}}
        if more is not None:
            form |= {"default": more} if self.one_in(2) else {"cases": {"x": then, "y/z": more}}
        return form

    def _loop(self, depth: int) -> Vertex:
        form: Vertex = {"do": self._branch(depth, looped=True)}
        if self.one_in(2):
            form["for_each"] = self.pick([7, 8], [7], "${{ [4, 5] }}", [7, 8, 9], [])
            if self.one_in(2):
                form["max_parallel"] = self.pick(2, 3)
        else:
            form["times"] = self.pick(2, 1, "${{ 1 + 1 }}", 3, 0)
        return form
