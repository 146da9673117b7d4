"""Flows by chance: valid, at most four lists deep, every kind of task that the lab can drive.

What a task does when it is worked on stands in the flow itself: `x-fails: 2` makes the first two
attempts fail with `x-code`, `x-hangs` makes every attempt run into its time-out, `x-answer` is what
a person says. The waits of one flow last so long that no two of them end at one moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")
Spec = dict[str, Any]
Draw = Callable[[SearchStrategy[Any]], Any]

DEEPEST = 4
MOST_TASKS = 14
CODES = ("broken", "flaky")
_LEAVES = ("tool", "tool", "tool", "tool", "wait", "approval", "listen")
_LISTS = ("sequential", "parallel", "parallel", "condition", "loop")


@st.composite
def flows(draw: Draw) -> Spec:
    """Return a flow that can be run with no inputs."""
    maker = _Maker(draw)
    tasks = maker.tasks(DEEPEST, [], lanes=False)
    outputs: Spec = {}
    for task in tasks:
        outputs[f"s_{task['id']}"] = _read(task["id"], "status")
        outputs[f"o_{task['id']}"] = _read(task["id"], "output")
    return {"tasks": tasks, "outputs": outputs}


def _read(name: str, what: str) -> str:
    return f"${{{{ tasks.{name}.{what} }}}}"


class _Maker:
    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._count = 0
        self._waits = 0
        self._loops = 0

    def tasks(self, depth: int, seen: list[str], *, lanes: bool, most: int = 4) -> list[Spec]:
        """Return a list of tasks that may speak of the tasks `seen`."""
        made: list[Spec] = []
        for _ in range(self._draw(st.integers(1, most))):
            if made and self._count >= MOST_TASKS:
                break
            before = [task["id"] for task in made]
            needs = self._needs(before, lanes=lanes)
            known = needs if lanes else before
            task = self._task(depth, [*seen, *(known or [])])
            if needs is not None and (needs or not lanes):
                task["needs"] = needs
            made.append(task)
        return made

    def _needs(self, before: list[str], *, lanes: bool) -> list[str] | None:
        """Return the ids that a task waits for, or None for what its list has as a default.

        In a sequence that is the task above, so that all above have ended.
        """
        if not lanes or not before or not self._chance(3):
            return None
        return sorted(self._draw(st.sets(st.sampled_from(before), min_size=1, max_size=2)))

    def _task(self, depth: int, seen: list[str]) -> Spec:
        self._count += 1
        task: Spec = {"id": f"t{self._count}"}
        lists = depth > 1 and self._count < MOST_TASKS
        kind = self._draw(st.sampled_from(_LEAVES + _LISTS if lists else _LEAVES))
        if self._chance(6):
            task["if"] = self._test(seen)
        getattr(self, f"_{kind}")(task, depth, seen)
        if self._chance(12):
            task["disabled"] = True
        if self._chance(4):
            rescue = self._chance(2) and depth > 1
            task["on_error"] = (
                self.tasks(depth - 1, seen, lanes=False, most=2) if rescue else "continue"
            )
        return task

    def _tool(self, task: Spec, _depth: int, seen: list[str]) -> None:
        task |= {"tool": "echo", "with": {"v": self._value(seen)}}
        task["x-fails"] = self._draw(st.sampled_from((0, 0, 0, 0, 1, 2, 99)))
        task["x-code"] = self._draw(st.sampled_from(CODES))
        if self._chance(3):
            retry: Spec = {"attempts": self._draw(st.integers(1, 3)), "delay": "0s"}
            if self._chance(3):
                retry["on"] = [CODES[0]]
            task["retry"] = retry
        if self._chance(6):
            task |= {"x-hangs": True, "timeout": self._lasts()}

    def _wait(self, task: Spec, _depth: int, _seen: list[str]) -> None:
        task["wait"] = {"for": self._lasts()}

    def _listen(self, task: Spec, depth: int, seen: list[str]) -> None:
        wait: Spec = {"message": self._draw(st.sampled_from(("paid", "sent")))}
        if self._chance(3):
            wait["expires"] = self._lasts()
        task["wait"] = wait

    def _approval(self, task: Spec, depth: int, seen: list[str]) -> None:
        asked: Spec = {"ask": "Go on?", "need": self._draw(st.sampled_from((1, 1, 2)))}
        task["x-answer"] = self._draw(st.sampled_from(("approve", "approve", "deny", "none")))
        if task["x-answer"] == "none":
            asked["expires"] = self._lasts()
            if self._chance(2) and depth > 1:
                asked["on_expire"] = self.tasks(depth - 1, seen, lanes=False, most=2)
        task["approval"] = asked

    def _sequential(self, task: Spec, depth: int, seen: list[str]) -> None:
        task["sequential"] = self.tasks(depth - 1, seen, lanes=False)

    def _parallel(self, task: Spec, depth: int, seen: list[str]) -> None:
        lanes: Spec = {"do": self.tasks(depth - 1, seen, lanes=True)}
        if self._chance(2):
            lanes["join"] = self._draw(st.sampled_from(("all", "any", 1, 2)))
        if self._chance(3):
            lanes["max"] = self._draw(st.integers(1, 2))
        if self._chance(3):
            lanes["fail_fast"] = self._draw(st.booleans())
        task["parallel"] = lanes

    def _condition(self, task: Spec, depth: int, seen: list[str]) -> None:
        choice: Spec = {}
        if self._chance(2):
            choice["if"] = self._test(seen)
            choice["then"] = self.tasks(depth - 1, seen, lanes=False, most=2)
            if self._chance(2):
                choice["else"] = self.tasks(depth - 1, seen, lanes=False, most=2)
        else:
            choice["on"] = self._draw(st.sampled_from(("'a'", "'b'", "1")))
            choice["cases"] = {"a": self.tasks(depth - 1, seen, lanes=False, most=2)}
            if self._chance(2):
                choice["default"] = self.tasks(depth - 1, seen, lanes=False, most=2)
        task["condition"] = choice

    def _loop(self, task: Spec, depth: int, seen: list[str]) -> None:
        self._loops += 1
        waits = self._waits
        body = self.tasks(depth - 1, seen, lanes=False, most=2)
        self._loops -= 1
        loop: Spec = {"do": body}
        kind = self._draw(st.sampled_from(("times", "for_each", "while", "until")))
        if kind == "times":
            loop["times"] = self._draw(st.integers(0, 3))
        elif kind == "for_each":
            loop["for_each"] = self._draw(st.lists(st.integers(0, 3), max_size=3))
            # What waits in two iterations at once would be due at one moment.
            loop["max_parallel"] = self._draw(st.integers(1, 3)) if self._waits == waits else 1
        else:
            early = self._draw(st.sampled_from(("true", "false")))
            late = f"tasks.{body[-1]['id']}.status == 'completed'"
            loop["while"] = early if kind == "while" else late
            loop["max_iterations"] = self._draw(st.integers(1, 3))
        task["loop"] = loop

    def _test(self, seen: list[str]) -> str:
        tests = ["true", "false"]
        tests += [f"tasks.{name}.status == 'completed'" for name in seen]
        if self._loops:
            tests.append("loop.iteration > 1")
        return self._draw(st.sampled_from(tests))

    def _value(self, seen: list[str]) -> Any:
        values: list[Any] = [1, "word"]
        values += [_read(name, "output") for name in seen]
        values += [_read(name, "output.v") for name in seen[-1:]]
        if self._loops:
            values.append("${{ loop.iteration }}")
        return self._draw(st.sampled_from(values))

    def _lasts(self) -> str:
        self._waits += 1
        return f"{3**self._waits}s"

    def _chance(self, one_in: int) -> bool:
        return self._draw(st.integers(0, one_in - 1)) == one_in - 1
