"""`presets` and `include`: other files' keys under the flow's own, through a given loader.

The texts of all files stand one behind the other, and every place counts in that one text: so each
rule reads a merged flow as if it were one file. `Files.settle` then moves what was found in an
included file to the entry that includes it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from agentry.base.errors import AgentryError
from agentry.flow.diagnostics import Diagnostic, Span
from agentry.flow.document import Task
from agentry.flow.findings import Findings
from agentry.flow.keys import AGENT_KEYS, FLOW
from agentry.flow.merge import merge, role_as_flow, shift
from agentry.flow.text import load
from agentry.flow.yamltree import Yaml, YamlList, YamlMap, YamlScalar, kind_word

MAX_FILES = 50
MAX_UPWARD = 8
_ENDINGS = (".yaml", ".yml")
_ROLE_ONLY = frozenset(AGENT_KEYS) - frozenset(FLOW.keys)


class NotLoaded(AgentryError):
    """A file that a loader does not have, or does not give."""

    code, status = "include_not_found", 422


class Loader(Protocol):
    """Gives the text of files beside a flow; the only way by which reading reaches other files."""

    def load(self, path: str, *, beside: str) -> str:
        """Return the text at `path`, relative to the folder of the file `beside` ('' = the flow).

        Raise `NotLoaded` where there is none or it may not be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Texts:
    """A loader over texts that are already there, by path relative to the flow's folder."""

    texts: Mapping[str, str]

    def load(self, path: str, *, beside: str) -> str:
        """Return one of the texts."""
        name = resolved(path, beside)
        if name not in self.texts:
            raise NotLoaded(f"There is no file {name!r}.")
        return self.texts[name]


@dataclass(frozen=True, slots=True)
class File:
    """One file that was loaded: its path from the flow's folder, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class _Part:
    file: File
    first_line: int
    span: Span


def resolved(path: str, beside: str) -> str:
    """Return `path`, written in the file `beside`, as a path from the flow's folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(beside), path))


@dataclass(slots=True)
class Files:
    """The files of one flow. `text` is all of them; `missing` = something could not be loaded."""

    text: str
    found: Findings
    loader: Loader | None = None
    missing: bool = False
    parts: list[_Part] = field(default_factory=lambda: [])
    _lines: int = 0

    def __post_init__(self) -> None:
        self._lines = self.text.count("\n") + 1

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(part.file for part in self.parts)

    def merged(self, root: YamlMap) -> YamlMap:
        """Return the flow with everything that its presets and includes bring."""
        brought = list(self._bring(root, "", None, ()))
        return merge([*brought, root], self.found) if brought else root

    def settle(self, findings: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Move what was found in other files to the entries that include them."""
        if not self.parts:
            return findings
        found = Findings(found=[self._settled(finding) for finding in findings])
        return found.sorted()

    def placed(self, task: Task) -> Task:
        """Return a task of another file with that file, and the place of its entry."""
        part = self._part_at(task.span.line)
        if part is None:
            return task
        branches = tuple(
            branch.model_copy(update={"tasks": tuple(self.placed(inner) for inner in branch.tasks)})
            for branch in task.branches
        )
        lists = {
            key: tuple(self.placed(inner) for inner in getattr(task, key))
            for key in ("children", "rescue", "on_expire")
        }
        update = {"span": part.span, "file": part.file.path, "branches": branches, **lists}
        return task.model_copy(update=update)

    def file_at(self, line: int) -> str:
        """Return the path of the included file that a line stands in; '' for the flow's own."""
        part = self._part_at(line)
        return "" if part is None else part.file.path

    def _settled(self, finding: Diagnostic) -> Diagnostic:
        part = self._part_at(finding.span.line)
        if part is None:
            return finding
        line = finding.span.line - part.first_line + 1
        sentence = f"{part.file.path}, line {line}: {finding.message}"
        return replace(finding, message=sentence, span=part.span, fix=None)

    def _part_at(self, line: int) -> _Part | None:
        if line <= self._lines or not self.parts:
            return None
        return [part for part in self.parts if part.first_line <= line][-1]

    def _bring(
        self, tree: YamlMap, beside: str, span: Span | None, trail: tuple[str, ...]
    ) -> Iterator[YamlMap]:
        """Yield the trees that a file brings, in the order in which they count."""
        for key in ("presets", "include"):
            owner = tree.get(key)
            for item in owner.items if isinstance(owner, YamlList) else ():
                if isinstance(item, YamlScalar) and isinstance(item.value, str):
                    entry = _Entry(key, item.value, item.span, span or item.span)
                    yield from self._one(entry, beside, trail)

    def _one(self, entry: _Entry, beside: str, trail: tuple[str, ...]) -> Iterator[YamlMap]:
        file = self._load(entry, beside)
        if file is None:
            self.missing = True
            return
        if file.path in trail:
            cycle = " → ".join((*trail[trail.index(file.path) :], file.path))
            sentence = f"These files include each other: {cycle}; take one of them out."
            self.found.error("include_cycle", sentence, entry.here)
            return
        if any(part.file.path == file.path for part in self.parts):
            return
        tree = self._read(file, entry.span)
        if tree is None:
            self.missing = True
            return
        yield from self._bring(tree, file.path, entry.span, (*trail, file.path))
        yield tree

    def _load(self, entry: _Entry, beside: str) -> File | None:
        """Return the file of an entry; say so where there is none."""
        if self.loader is None:
            sentence = f"{entry.path!r} cannot be loaded: this flow is read without its folder."
        elif len(self.parts) >= MAX_FILES:
            sentence = f"A flow may load {MAX_FILES} files; this is one more."
        else:
            sentence = ""
            for path in _candidates(entry):
                try:
                    return File(resolved(path, beside), self.loader.load(path, beside=beside))
                except NotLoaded as error:
                    sentence = sentence or error.detail
                except (OSError, ValueError) as error:
                    sentence = f"{entry.path!r} cannot be read: {error}."
        self.found.error("include_not_found", sentence, entry.here)
        return None

    def _read(self, file: File, span: Span) -> YamlMap | None:
        """Read one file into the one text; its findings join the others."""
        lines, letters = self.text.count("\n") + 1, len(self.text) + 1
        self.text = f"{self.text}\n{file.text}"
        self.parts.append(_Part(file, lines + 1, span))
        loaded = load(file.text)
        for finding in loaded.diagnostics:
            at = finding.span
            moved = Span(at.line + lines, at.column, at.end_line + lines, at.end_column)
            self.found.found.append(replace(finding, span=moved))
        root = loaded.root
        if root is None:
            return None
        shift(root, lines, letters)
        if isinstance(root, YamlMap):
            return role_as_flow(root, _stem(file.path)) if _is_role(root) else root
        sentence = f"An included file must be a role or a flow, not {kind_word(root)}."
        self.found.error("bad_value", sentence, root.span)
        return None


@dataclass(frozen=True, slots=True)
class _Entry:
    """One path under presets or include: where it stands, and where in the flow that is."""

    key: str
    path: str
    here: Span
    span: Span


def _candidates(entry: _Entry) -> Iterator[str]:
    """Yield the paths to try: beside the file, and for presets upward in `templates/`."""
    yield from as_files(entry.path)
    if entry.key == "presets" and not posixpath.isabs(entry.path):
        for level in range(MAX_UPWARD):
            yield from as_files("../" * level + "templates/" + entry.path)


def as_files(path: str) -> Iterator[str]:
    """Yield the files that a path of a flow may mean, in the order they are tried."""
    if path.endswith(_ENDINGS):
        yield path
        return
    yield f"{path}.agentry.flow.yaml"
    yield f"{path}/.agentry.flow.yaml"
    yield f"{path}.yaml"


def _is_role(root: YamlMap) -> bool:
    """Tell a role file from a flow: it has keys of an agent, and neither agents nor tasks."""
    keys = root.values
    if "agents" in keys or "tasks" in keys:
        return False
    tools: Yaml | None = keys.get("tools")
    return bool(_ROLE_ONLY & set(keys)) or isinstance(tools, YamlList)


def _stem(path: str) -> str:
    return posixpath.basename(path).partition(".")[0]
