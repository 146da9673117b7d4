"""Which tasks a task can see, and which of them have certainly ended before it starts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agentry.flow.document import Document, Task

Order = Literal["ended", "maybe", "later", "loop"]
"""Whether a task has ended by then: surely; if it ran at all; not surely; once per iteration."""


@dataclass(frozen=True, slots=True)
class _List:
    """One list of tasks, the task it is of, and whether it is that task's own or a way out."""

    owner: str
    tasks: Sequence[Task]
    kind: Literal["all", "branch", "rescue", "loop"]


@dataclass(slots=True)
class Reach:
    """Answers for one document. `needs` may hold mistakes and cycles; nothing here raises.

    A list has a path as a task has one: that of its tasks without their last step.
    """

    document: Document
    lists: dict[str, Sequence[Task]] = field(default_factory=lambda: {})
    tasks: dict[str, Task] = field(default_factory=lambda: {})
    _lists: dict[str, _List] = field(default_factory=lambda: {})
    _lists_of: dict[str, list[str]] = field(default_factory=lambda: {})
    _inside: dict[str, dict[str, str]] = field(default_factory=lambda: {})
    _visible: dict[str, dict[str, str]] = field(default_factory=lambda: {})
    _before: dict[str, dict[str, int]] = field(default_factory=lambda: {})
    _place: dict[str, int] = field(default_factory=lambda: {})

    def __post_init__(self) -> None:
        self._add("", "", self.document.tasks, "all")
        for task in self.document.walk():
            self.tasks[task.path] = task
            if task.kind == "condition":
                for branch in task.branches:
                    self._add(f"{task.path}/{branch.key}", task.path, branch.tasks, "branch")
            elif task.children:
                kind = "loop" if task.kind == "loop" else "all"
                self._add(task.path, task.path, task.children, kind)
            self._add(f"{task.path}/on_expire", task.path, task.on_expire, "branch")
            self._add(f"{task.path}/on_error", task.path, task.rescue, "rescue")

    def _add(
        self,
        path: str,
        owner: str,
        tasks: Sequence[Task],
        kind: Literal["all", "branch", "rescue", "loop"],
    ) -> None:
        if path and not tasks:
            return
        self.lists[path] = tasks
        self._lists[path] = _List(owner, tasks, kind)
        if path:
            self._lists_of.setdefault(owner, []).append(path)
        for place, task in enumerate(tasks):
            self._place[task.path] = place

    def around(self, path: str) -> Iterator[Task]:
        """Yield the task at `path` and those that it stands in, inmost first."""
        while path:
            task = self.tasks[path]
            yield task
            path = task.parent

    def visible(self, path: str) -> dict[str, str]:
        """Return task id -> path as an expression of the task at `path` sees it.

        The nearest list wins; in one list the tasks themselves come before what is inside them.
        """
        if path not in self._lists_of:
            return self.seen_in(_above(path))
        return self.seen_in(_above(path)) | self._all_inside(path)

    def seen_in(self, container: str) -> dict[str, str]:
        """Return task id -> path as the tasks of one list see it."""
        known = self._visible.get(container)
        if known is None:
            known = dict[str, str]()
            if container in self._lists and container:
                known |= self.seen_in(_above(self._lists[container].owner))
            known |= self.inside(container)
            self._visible[container] = known
        return known

    def inside(self, container: str) -> dict[str, str]:
        """Return id -> path of all tasks in a list, its own tasks first."""
        known = self._inside.get(container)
        if known is None:
            children = self.lists.get(container, ())
            known = dict[str, str]()
            for task in children:
                known.setdefault(task.id, task.path)
            for task in children:
                for task_id, path in self._all_inside(task.path).items():
                    known.setdefault(task_id, path)
            self._inside[container] = known
        return known

    def _all_inside(self, path: str) -> dict[str, str]:
        known = dict[str, str]()
        for container in self._lists_of.get(path, ()):
            known = self.inside(container) | known
        return known

    def ended_before(self, target: str, path: str) -> bool:
        """Return whether the task at `target` has ended in every case when `path` starts."""
        return self.order(target, path) == "ended"

    def order(self, target: str, path: str) -> Order:
        """Return whether the task at `target` has ended when the one at `path` starts.

        `path` '' is the end of the run.
        """
        ours = self._steps(path) if path else []
        theirs = self._steps(target)
        shared = 0
        while shared < min(len(ours), len(theirs)) and ours[shared] == theirs[shared]:
            shared += 1
        if shared == len(theirs):
            # The target is this task, or one that it stands in: that has failed in its on_error.
            rescued = shared < len(ours) and self._lists[ours[shared][0]].kind == "rescue"
            return "ended" if rescued else "later"
        if shared == len(ours):
            return "later" if ours else self._certainty(theirs)
        here, there = ours[shared], theirs[shared]
        if here[0] == there[0]:
            mask = self.before(here[0])[here[1]]
            ended = bool(mask >> self._place[there[1]] & 1)
            return self._certainty(theirs[shared + 1 :]) if ended else "later"
        if self._lists[here[0]].kind == "rescue" and self._lists[there[0]].kind != "rescue":
            certainty = self._certainty(theirs[shared:])
            return "maybe" if certainty == "ended" else certainty
        return "later"

    def _steps(self, path: str) -> list[tuple[str, str]]:
        """Return the lists and tasks on the way to a task, from the top."""
        return [(_above(task.path), task.path) for task in self.around(path)][::-1]

    def _certainty(self, steps: list[tuple[str, str]]) -> Order:
        """Return what is sure about a task below one that has ended."""
        kinds = {self._lists[container].kind for container, _ in steps}
        if "loop" in kinds:
            return "loop"
        return "maybe" if kinds & {"branch", "rescue"} else "ended"

    def before(self, container: str) -> dict[str, int]:
        """Return path -> set of places (as bits) of the siblings that it needs, near and far.

        Members of a cycle count as needing everything: the cycle has a finding of its own.
        """
        known = self._before.get(container)
        if known is None:
            tasks = self.lists.get(container, ())
            everything = (1 << len(tasks)) - 1
            known = dict.fromkeys((task.path for task in tasks), everything)
            by_id = {task.id: task for task in tasks}
            for task_id in in_order(needs_of(tasks)):
                task = by_id[task_id]
                mask = 0
                for need in task.needs:
                    needed = by_id.get(need)
                    if needed is not None:
                        mask |= known[needed.path] | 1 << self._place[needed.path]
                known[task.path] = mask
            self._before[container] = known
        return known


def in_order(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return the names so that each follows what it needs; those that wait on a cycle are left out.

    Needs that are no names themselves do not count.
    """
    waits = {name: {need for need in wanted if need in needs} for name, wanted in needs.items()}
    followers: dict[str, list[str]] = {}
    for name, wanted in waits.items():
        for need in wanted:
            followers.setdefault(need, []).append(name)
    ready = [name for name, wanted in waits.items() if not wanted]
    ordered: list[str] = []
    while ready:
        done = ready.pop()
        ordered.append(done)
        for follower in followers.get(done, ()):
            waits[follower].discard(done)
            if not waits[follower]:
                ready.append(follower)
    return ordered


def cycle_in(needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return the names of one cycle, each needing the next; empty where there is none."""
    settled = set(in_order(needs))
    stuck = {name: wanted for name, wanted in needs.items() if name not in settled}
    trail: dict[str, int] = {}
    at = next(iter(stuck), None)
    while at is not None and at not in trail:
        trail[at] = len(trail)
        at = next(need for need in stuck[at] if need in stuck)
    return [] if at is None else list(trail)[trail[at] :]


def needs_of(tasks: Sequence[Task]) -> dict[str, tuple[str, ...]]:
    """Return id -> needs of one list."""
    return {task.id: task.needs for task in tasks}


def _above(path: str) -> str:
    return path.rpartition("/")[0]
