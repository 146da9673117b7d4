"""Flows made at random, with what becomes of each of their calls written into them.

A program is a flow as data (JSON is YAML). Every leaf is `echo` with an `x-fate`: `fails` attempts
fail before one completes, in every iteration or in `round` only; then its output is `value`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from hypothesis import strategies as st

Node = dict[str, Any]
DEEPEST = 4
MOST_LEAVES = 16
ALWAYS = 99
FALSE = "${{ 1 > 2 }}"
TRUE = "${{ 1 < 2 }}"


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Node:
    """Return a flow that is right, of tasks nested at most `DEEPEST` deep."""
    maker = _Maker(draw)
    tasks = maker.tasks(1, serial=True, looped=False)
    outputs = {node["id"]: f"${{{{ tasks.{node['id']}.output }}}}" for node in tasks}
    return {"tasks": tasks, "outputs": outputs}


def instant(node: Node) -> bool:
    """Return whether `node` may be over without a call having ended."""
    if node.get("disabled") or "if" in node:
        return True
    if "tool" in node:
        return False
    if "condition" in node:
        form = node["condition"]
        branches = [form[key] for key in ("then", "else", "default") if key in form]
        branches += form.get("cases", {}).values()
        whole = "else" in form or "default" in form
        return not whole or any(_all_instant(branch) for branch in branches)
    if "loop" in node:
        form = node["loop"]
        return form.get("times") == 0 or form.get("for_each") == [] or _all_instant(form["do"])
    form = node.get("parallel") or {"do": node["sequential"]}
    return form.get("join", "all") == "all" and _all_instant(form["do"])


def _all_instant(nodes: list[Node]) -> bool:
    return all(instant(node) for node in nodes)


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

    def tasks(self, depth: int, *, serial: bool, looped: bool, most: int = 4) -> list[Node]:
        """Return a list of one to `most` tasks; `serial` where each needs the one above it."""
        made: list[Node] = []
        for _ in range(self.pick(*range(2, most + 1), 1)):
            if not made or self.leaves > 0:
                made.append(self._task(depth, made, serial=serial, looped=looped))
        return made

    def _task(self, depth: int, before: list[Node], *, serial: bool, looped: bool) -> Node:
        kinds = ["leaf", "parallel", "leaf", "parallel", "sequential", "condition", "loop"]
        kinds = kinds[depth == 1 :]
        kind = "leaf" if depth >= DEEPEST or self.leaves <= 1 else str(self.pick(*kinds))
        self.made += 1
        node: Node = {"id": f"{kind[0]}{self.made}"}
        needs = self._needs(before, serial=serial)
        if needs is not None:
            node["needs"] = needs
        seen = needs if needs is not None else [before[-1]["id"]] if serial and before else []
        if self.one_in(20):
            node["disabled"] = True
        if self.one_in(10):
            tests = [FALSE, TRUE, *(["${{ loop.index == 0 }}"] if looped else [])]
            tests += [f'${{{{ tasks.{need}.status == "completed" }}}}' for need in seen]
            node["if"] = self.pick(*tests)
        node |= self._leaf(seen, looped) if kind == "leaf" else self._box(kind, depth, looped)
        if self.one_in(2):
            rescued = self.leaves > 0 and not self.one_in(3)
            node["on_error"] = self._branch(depth, looped) if rescued else "continue"
        return node

    def _needs(self, before: list[Node], *, serial: bool) -> list[str] | None:
        if not before or not self.one_in(4):
            return None
        if serial and self.one_in(2):
            return []
        names = st.sampled_from([str(node["id"]) for node in before])
        return cast(list[str], self.draw(st.lists(names, min_size=1, max_size=2, unique=True)))

    def _leaf(self, seen: list[str], looped: bool) -> Node:
        self.leaves -= 1
        given: Node = {"was": f"${{{{ tasks.{seen[-1]}.output }}}}"} if seen else {}
        if looped:
            given["at"] = "${{ loop.iteration }}"
        fate: Node = {"fails": self.pick(0, 1, 0, 2, 0, ALWAYS), "value": self.made}
        if looped and self.one_in(2):
            fate["round"] = self.pick(1, 2)
        node: Node = {"tool": "echo", "with": given, "x-fate": fate}
        if self.one_in(3):
            node["retry"] = {"attempts": self.pick(2, 3), "delay": "1s"}
        return node

    def _box(self, kind: str, depth: int, looped: bool) -> Node:
        if kind == "sequential":
            return {kind: self.tasks(depth + 1, serial=True, looped=looped)}
        if kind == "parallel":
            return {kind: self._parallel(depth, looped)}
        if kind == "condition":
            return {kind: self._condition(depth, looped)}
        return {kind: self._loop(depth)}

    def _branch(self, depth: int, looped: bool) -> list[Node]:
        return self.tasks(depth + 1, serial=True, looped=looped, most=2)

    def _parallel(self, depth: int, looped: bool) -> Node:
        lanes = self.tasks(depth + 1, serial=False, looped=looped)
        form: Node = {"do": lanes}
        if self.one_in(3):
            form["max"] = self.pick(1, 2)
        if self.one_in(2):
            form["fail_fast"] = True
        # Lanes that are over before anything has happened leave open who was first.
        if not any(instant(lane) for lane in lanes) and not self.one_in(3):
            form["join"] = self.pick("any", *range(1, len(lanes) + 1))
        return form

    def _condition(self, depth: int, looped: bool) -> Node:
        test = self.pick("1 < 2", "1 > 2", *(["loop.index == 0"] if looped else []))
        then = self._branch(depth, looped)
        more = self._branch(depth, looped) if self.one_in(2) else None
        if self.one_in(2):
            rest = {} if more is None else {"else": more}
            return {"if": f"${{{{ {test} }}}}", "then": then, **rest}
        form: Node = {"on": f'${{{{ {test} ? "x" : "y/z" }}}}', "cases": {"x": then}}
        if more is not None:
            form |= {"default": more} if self.one_in(2) else {"cases": {"x": then, "y/z": more}}
        return form

    def _loop(self, depth: int) -> Node:
        form: Node = {"do": self._branch(depth, looped=True)}
        if self.one_in(2):
            form["for_each"] = self.pick([7, 8], [7], "${{ [4, 5] }}", [7, 8, 9], [])
            if self.one_in(2):
                form["max_parallel"] = self.pick(2, 3)
        else:
            form["times"] = self.pick(2, 1, "${{ 1 + 1 }}", 3, 0)
        return form
