"""What may be typed at the cursor: keys, names of the flow, and the members of expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from agentry.flow.places import ROOTS
from agentry.flow.references import RUN_FIELDS, TASK_FIELDS
from agentry.flow.template import OPEN
from agentry.lsp.cursor import ITEM, Cursor, cursor_at
from agentry.lsp.keys import keys_for, values_for
from agentry.lsp.page import Page

_PATH = re.compile(r"([A-Za-z_][A-Za-z0-9_]*\.)*([A-Za-z_][A-Za-z0-9_]*)?$")
_ID = re.compile(r"\bid: *['\"]?([A-Za-z_][A-Za-z0-9_-]*)")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_BARE = frozenset({"if", "while", "for_each", "times"})
_PROVIDERS = ("openai:", "anthropic:", "ollama:")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to type: it takes the place of `replaces` letters before the cursor."""

    label: str
    kind: Literal["key", "value", "agent", "model", "tool", "task", "name"]
    text: str
    replaces: int
    says: str = ""


def offers(page: Page, line: int, column: int) -> list[Offer]:
    """Return what fits at a place (line and column from 0)."""
    if line >= len(page.lines):
        return []
    prefix = page.lines[line][:column]
    cursor = cursor_at(page.lines, line, column)
    opened = prefix.rfind(OPEN)
    if opened >= 0 and "}}" not in prefix[opened:]:
        return list(_members(page, prefix[opened + len(OPEN) :], line))
    last = cursor.path[-1] if cursor.path else ""
    if not cursor.is_key and (last in _BARE or cursor.path[-2:] == ("condition", "on")):
        return list(_members(page, prefix, line))
    named = list(_names(page, cursor, line))
    if named:
        return named
    if cursor.is_key:
        keys = keys_for(cursor)
        width = len(cursor.word)
        return [Offer(name, "key", f"{name}: ", width, says) for name, says in keys.items()]
    return _plain("value", values_for(cursor.path), cursor.word)


def _names(page: Page, cursor: Cursor, line: int) -> Iterator[Offer]:
    """Yield the names that fit where an agent, a model, a tool or a task is named."""
    path, document = cursor.path, page.document
    owner = next((step for step in reversed(path) if step != ITEM), "")
    if cursor.is_key and path[-1:] != (ITEM,):
        return
    if cursor.is_key and owner not in ("tools", "needs", "may_spawn", "first_of"):
        return
    if owner in ("agent", "may_spawn"):
        yield from _plain("agent", document.agents, cursor.word)
    elif owner == "first_of" or (owner == "model" and path[:1] == ("agents",)):
        yield from _plain("model", (*document.models, *_PROVIDERS), cursor.word)
    elif owner == "tool" or (owner in ("tools", "restricted_tools") and path[0] == "agents"):
        for name in page.tools():
            says = page.registry.get(name).description if name in page.registry.names() else ""
            yield Offer(name, "tool", name, len(cursor.word), says)
    elif owner == "needs":
        yield from _plain("task", _beside(page, line), cursor.word)


def _beside(page: Page, line: int) -> list[str]:
    """Return the ids of the tasks in the list of the task at a line, that one left out."""
    task = page.task_at(line + 1)
    if task is None or page.subject is None:
        return _ids(page)
    tasks = page.subject.reach.lists.get(task.path.rpartition("/")[0], ())
    own = None if page.is_behind(task, line + 1) else task.id
    return [other.id for other in tasks if other.id != own]


def _ids(page: Page) -> list[str]:
    return list(dict.fromkeys(_ID.findall(page.text)))


def _members(page: Page, source: str, line: int) -> Iterator[Offer]:
    """Yield what may follow the letters of an expression."""
    found = _PATH.search(source)
    whole = found[0] if found is not None else ""
    *owner, word = whole.split(".")
    width = len(word)
    if not owner:
        for name in sorted({*ROOTS, "loop"}):
            yield Offer(name, "name", name, width)
    elif owner == ["tasks"]:
        for task_id in _seen(page, line):
            if _PLAIN.match(task_id):
                yield Offer(task_id, "task", task_id, width)
            else:
                # An id with '-' is no name of an expression: the dot has to go, too.
                yield Offer(task_id, "task", f"['{task_id}']", width + 1)
    elif owner[0] == "tasks" and len(owner) == 2:
        yield from _plain("name", sorted(TASK_FIELDS), word)
    elif len(owner) == 1:
        yield from _plain("name", _of_root(page, owner[0], line), word)


def _seen(page: Page, line: int) -> list[str]:
    """Return the ids of the tasks that an expression at a line sees."""
    task = page.task_at(line + 1)
    if page.subject is None:
        return _ids(page)
    reach = page.subject.reach
    if task is None or "outputs:" in "\n".join(page.lines[task.span.end_line : line + 1]):
        return list(reach.inside(""))
    own = None if page.is_behind(task, line + 1) else task.path
    return [task_id for task_id, path in reach.visible(task.path).items() if path != own]


def _of_root(page: Page, root: str, line: int) -> Iterable[str]:
    document = page.document
    task = page.task_at(line + 1)
    if root == "inputs":
        return document.inputs
    if root == "env":
        return [
            name
            for name, value in document.env.items()
            if not (isinstance(value, dict) and "secret" in value)
        ]
    if root == "vars":
        agent = document.agents.get((task.agent if task is not None else None) or "")
        return agent.vars if agent is not None else ()
    if root == "run":
        return sorted(RUN_FIELDS)
    return ("index", "item", "iteration") if root == "loop" else ()


def _plain(
    kind: Literal["value", "agent", "model", "task", "name"], names: Iterable[str], word: str
) -> list[Offer]:
    return [Offer(name, kind, name, len(word)) for name in names]
