"""Where the expressions of a flow stand, and what each of them can see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from agentry.flow.document import KINDS, Task
from agentry.flow.rules import Subject
from agentry.flow.yamltree import Yaml, YamlMap, YamlScalar

ROOTS = frozenset({"inputs", "env", "vars", "tasks", "run"})
LOOP_ROOTS = ROOTS | {"loop"}
TURN_ROOTS = LOOP_ROOTS | {"input", "calls"}
TRIGGER_ROOTS = frozenset({"event", "env"})
_NO_EXPRESSIONS = frozenset(
    {"id", "name", "needs", "sequential", "parallel", "agent", "tool", "flow", "on_error", "pin"}
)
_LISTS = frozenset({"do", "then", "else", "cases", "default", "on_expire"})
_BARE = {"if": ("if",), "condition": ("if", "on"), "loop": ("for_each", "while", "times")}


@dataclass(frozen=True, slots=True)
class Where:
    """Where an expression stands: its task, the vars it sees, whether the order of tasks counts.

    `inside`: it is asked between the iterations of its loop, so it sees what the body sees.
    """

    path: str
    roots: Collection[str] = ROOTS
    variables: Collection[str] | None = None
    ordered: bool = True
    inside: bool = False
    loop: Collection[str] = ()


def bare_expressions(
    subject: Subject, path: str, place: YamlMap
) -> Iterator[tuple[Where, YamlScalar]]:
    """Yield the values of a task that are expressions even without `${{ }}`."""
    for key, inner in _BARE.items():
        owner = place.get(key)
        owner = place if key == "if" else owner
        if not isinstance(owner, YamlMap):
            continue
        for name in inner:
            written = owner.get(name)
            if isinstance(written, YamlScalar):
                yield _where(subject, path, inside=name == "while"), written


def _where(
    subject: Subject,
    path: str,
    variables: Collection[str] | None = None,
    *,
    inside: bool = False,
) -> Where:
    """Return what the expressions of a task see."""
    loops = [
        task
        for task in subject.reach.around(path)
        if task.kind == "loop" and (task.path != path or inside)
    ]
    # What stands in a loop's on_error is no iteration of it.
    loops = [loop for loop in loops if not path.startswith(f"{loop.path}/on_error/")]
    if not loops:
        return Where(path, variables=variables, inside=inside)
    # Only the nearest loop is seen.
    return Where(path, LOOP_ROOTS, variables, inside=inside, loop=_loop_names(loops[:1]))


def _loop_names(loops: Iterable[Task]) -> set[str]:
    names = {"index", "iteration"}
    for loop in loops:
        if loop.each is not None:
            names |= {"item", loop.as_name}
    return names


def templates(subject: Subject) -> Iterator[tuple[Where, Yaml]]:
    """Yield what may hold expressions, with what those can see."""
    agents = subject.document.agents
    for path, place in subject.places.items():
        named = place.text("agent")
        agent = agents.get(str(named.value)) if named is not None else None
        where = _where(subject, path, None if agent is None else frozenset(agent.vars))
        for key, tree in place.values.items():
            if key in KINDS and isinstance(tree, YamlMap):
                yield from _kind_places(subject, where, tree)
            elif key not in _NO_EXPRESSIONS:
                yield where, tree
    yield from _agent_places(subject)
    for key in ("env", "outputs"):
        tree = subject.root.get(key)
        if tree is not None:
            yield Where(""), tree
    for tree in _trigger_inputs(subject):
        yield Where("", TRIGGER_ROOTS, ordered=False), tree


def _agent_places(subject: Subject) -> Iterator[tuple[Where, Yaml]]:
    """Yield what agents and scripts hold: they may work in any loop, on any task."""
    loops = [task for task in subject.document.walk() if task.kind == "loop"]
    roots, turn_roots = (LOOP_ROOTS, TURN_ROOTS) if loops else (ROOTS, TURN_ROOTS - {"loop"})
    names = _loop_names(loops)
    for name, agent in subject.entries("agents").items():
        known = subject.document.agents.get(name)
        variables = frozenset(known.vars) if known is not None else None
        for tree in agent.values.values():
            yield Where("", roots, variables, ordered=False, loop=names), tree
    for model in subject.entries("models").values():
        turns = model.get("turns")
        if turns is not None:
            yield Where("", turn_roots, ordered=False, loop=names), turns


def _kind_places(subject: Subject, where: Where, tree: YamlMap) -> Iterator[tuple[Where, Yaml]]:
    for key, part in tree.values.items():
        if key == "while":
            yield _where(subject, where.path, inside=True), part
        elif key not in _LISTS:
            yield where, part


def _trigger_inputs(subject: Subject) -> Iterator[Yaml]:
    on = subject.root.get("on")
    hook = on.get("webhook") if isinstance(on, YamlMap) else None
    inputs = hook.get("inputs") if isinstance(hook, YamlMap) else None
    if inputs is not None:
        yield inputs
