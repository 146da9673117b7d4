"""Trees laid over each other: what comes later wins, agents key by key, lists of tasks add up."""

from __future__ import annotations

from collections.abc import Sequence

from agentry.flow.findings import Findings
from agentry.flow.keys import FLOW
from agentry.flow.shapes import wrong
from agentry.flow.yamltree import Place, Yaml, YamlList, YamlMap, YamlScalar

_BY_NAME = ("inputs", "env", "models", "tools", "agents", "budget", "outputs")
_NOT_AGENT = frozenset({"name", "description", "version"})


def merge(trees: Sequence[YamlMap], found: Findings) -> YamlMap:
    """Return the last tree with what the others bring; what starts a flow is never brought."""
    own = trees[-1]
    for tree in trees[:-1]:
        _check(tree, found)
    merged = _like(own)
    merged.keys, merged.values = dict(own.keys), dict(own.values)
    for key in (*_BY_NAME, "tasks"):
        wanted = YamlList if key == "tasks" else YamlMap
        owners = [tree for tree in trees if isinstance(tree.get(key), wanted)]
        if not owners or (key in own.values and owners[-1] is not own):
            continue
        parts = [owner.values[key] for owner in owners]
        merged.keys[key] = owners[-1].keys[key]
        merged.values[key] = _tasks(parts) if key == "tasks" else _maps(parts, deep=key == "agents")
    return merged


def role_as_flow(root: YamlMap, stem: str) -> YamlMap:
    """Return a flow with one agent from a role file; without a name it is called as its file."""
    role = _like(root)
    role.keys = {name: key for name, key in root.keys.items() if name not in _NOT_AGENT}
    role.values = {name: part for name, part in root.values.items() if name not in _NOT_AGENT}
    named = root.text("name")
    first = next(iter(root.keys.values()))
    name = named if named is not None else YamlScalar(stem, "", first.start, first.end)
    agents, flow = _like(root), _like(root)
    agents.keys, agents.values = {str(name.value): name}, {str(name.value): role}
    flow.keys, flow.values = {"agents": first}, {"agents": agents}
    return flow


def shift(tree: Yaml, lines: int, letters: int) -> None:
    """Move every place of a tree down, to where its text stands behind another."""

    def moved(place: Place) -> Place:
        return (place[0] + lines, place[1], place[2] + letters)

    seen: set[int] = set()
    waiting: list[Yaml] = [tree]
    while waiting:
        part = waiting.pop()
        # An alias is the same tree once more.
        if id(part) in seen:
            continue
        seen.add(id(part))
        part.start, part.end = moved(part.start), moved(part.end)
        if isinstance(part, YamlList):
            waiting.extend(part.items)
        elif isinstance(part, YamlMap):
            part.last_end = moved(part.last_end)
            waiting.extend(part.keys.values())
            waiting.extend(part.values.values())


def _check(tree: YamlMap, found: Findings) -> None:
    """Say what an included file has that is no flow's, or of the wrong kind."""
    for key, value in tree.values.items():
        if key not in FLOW.keys:
            FLOW.unknown(key, tree, "An included flow", found)
        elif key in _BY_NAME and not isinstance(value, YamlMap):
            wrong(value, repr(key), "a map", found)
        elif key == "tasks" and not isinstance(value, YamlList):
            wrong(value, "'tasks'", "a list", found)


def _like(tree: YamlMap) -> YamlMap:
    """Return an empty map in the place of another."""
    return YamlMap(tree.start, tree.end, tree.flow_style, last_end=tree.last_end)


def _tasks(parts: Sequence[Yaml]) -> Yaml:
    last = parts[-1]
    if len(parts) == 1 or not isinstance(last, YamlList):
        return last
    items = [item for part in parts if isinstance(part, YamlList) for item in part.items]
    return YamlList(last.start, last.end, last.flow_style, items)


def _maps(parts: Sequence[Yaml], *, deep: bool) -> Yaml:
    merged = parts[0]
    for part in parts[1:]:
        merged = _over(merged, part, depth=3 if deep else 1)
    return merged


def _over(under: Yaml, own: Yaml, *, depth: int) -> Yaml:
    """Lay one value over another: maps key by key down to `depth`, everything else whole."""
    if depth == 0 or not isinstance(under, YamlMap) or not isinstance(own, YamlMap):
        return own
    merged = _like(own)
    # The own keys stand first, so that findings about the map as such point at them.
    merged.keys = own.keys | {key: at for key, at in under.keys.items() if key not in own.keys}
    for key in merged.keys:
        below, above = under.get(key), own.get(key)
        if above is None or below is None:
            merged.values[key] = above if above is not None else under.values[key]
        else:
            merged.values[key] = _over(below, above, depth=depth - 1)
    return merged
