"""Which tasks a task can see, and which of them have certainly ended before it starts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agentry.flow.document import Document, Task


@dataclass(slots=True)
class Reach:
    """Answers for one document. `needs` may hold mistakes and cycles; nothing here raises."""

    document: Document
    lists: dict[str, Sequence[Task]] = field(default_factory=lambda: {})
    tasks: dict[str, Task] = field(default_factory=lambda: {})
    _inside: dict[str, dict[str, str]] = field(default_factory=lambda: {})
    _visible: dict[str, dict[str, str]] = field(default_factory=lambda: {})
    _before: dict[str, dict[str, int]] = field(default_factory=lambda: {})
    _place: dict[str, int] = field(default_factory=lambda: {})

    def __post_init__(self) -> None:
        self.lists[""] = self.document.tasks
        for task in self.document.walk():
            self.tasks[task.path] = task
            if task.children:
                self.lists[task.path] = task.children
        for tasks in self.lists.values():
            for place, task in enumerate(tasks):
                self._place[task.path] = place

    def visible(self, path: str) -> dict[str, str]:
        """Return task id -> path as an expression at `path` sees it: the nearest list wins.

        In one list the tasks themselves come before what is inside them.
        """
        container = path if path in self.lists else path.rpartition("/")[0]
        known = self._visible.get(container)
        if known is None:
            known = dict[str, str]()
            if container:
                known |= self.visible(_above(container))
            known |= self.inside(container)
            self._visible[container] = known
        return known

    def inside(self, container: str) -> dict[str, str]:
        """Return id -> path of all tasks in a container, its own children first."""
        known = self._inside.get(container)
        if known is None:
            children = self.lists.get(container, ())
            known = dict[str, str]()
            for task in children:
                known.setdefault(task.id, task.path)
            for task in children:
                for task_id, path in self.inside(task.path).items():
                    known.setdefault(task_id, path)
            self._inside[container] = known
        return known

    def ended_before(self, target: str, path: str) -> bool:
        """Return whether the task at `target` has ended in every case when `path` starts."""
        if path == "":
            return True
        ours, theirs = path.split("/"), target.split("/")
        shared = 0
        while shared < min(len(ours), len(theirs)) and ours[shared] == theirs[shared]:
            shared += 1
        if shared == len(ours) or shared == len(theirs):
            return False
        container = "/".join(ours[:shared])
        here, there = "/".join(ours[: shared + 1]), "/".join(theirs[: shared + 1])
        return bool(self.before(container)[here] >> self._place[there] & 1)

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
