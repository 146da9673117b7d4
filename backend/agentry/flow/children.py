"""Child flows: the files that `flow:` tasks name, found through the loader alone."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from agentry.flow.document import Document
from agentry.flow.include import Loader, NotLoaded, as_files, resolved

_SUFFIX = ".agentry.flow.yaml"


@dataclass(frozen=True, slots=True)
class ChildText:
    """One child flow: its name, its text, and its path as the loader that found it names it.

    What the child itself includes or starts is read with `Below(loader, base)`.
    """

    name: str
    text: str
    base: str


@dataclass(frozen=True, slots=True)
class Below:
    """The loader of a child flow: '' stands for the child's own file at `base`."""

    outer: Loader
    base: str

    def load(self, path: str, *, beside: str) -> str:
        """Return the text of a file beside the child, or beside a file that it loads."""
        return self.outer.load(path, beside=resolved(beside, self.base) if beside else self.base)


def child_texts(document: Document, loader: Loader) -> dict[str, ChildText]:
    """Return task path -> child flow for each `flow:` task, in source order.

    A task whose file is not there is absent: the reader has said so. A path is looked up beside
    the file that the task is written in.
    """
    found: dict[str, ChildText] = {}
    known: dict[tuple[str, str], ChildText | None] = {}
    for task in document.walk():
        if task.kind != "flow" or not task.flow:
            continue
        named = (task.flow, task.file)
        if named not in known:
            known[named] = child_at(task.flow, loader, beside=task.file)
        child = known[named]
        if child is not None:
            found[task.path] = child
    return found


def child_at(path: str, loader: Loader, *, beside: str = "") -> ChildText | None:
    """Return the flow at `path`, written in the file `beside`; None where there is none."""
    for candidate in as_files(path):
        try:
            text = loader.load(candidate, beside=beside)
        except (NotLoaded, OSError, ValueError):
            continue
        base = resolved(candidate, beside)
        return ChildText(flow_name(base), text, base)
    return None


def flow_name(path: str) -> str:
    """Return the name of the flow in a file: its folder's where the file has none of its own."""
    folder, file = posixpath.split(path)
    if file == _SUFFIX:
        return posixpath.basename(folder) or "flow"
    return file.removesuffix(_SUFFIX) if file.endswith(_SUFFIX) else posixpath.splitext(file)[0]
