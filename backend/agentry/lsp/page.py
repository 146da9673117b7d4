"""One flow file as it stands in the editor, read for everything that is asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agentry.flow.document import Document, Task
from agentry.flow.findings import Findings
from agentry.flow.include import Loader
from agentry.flow.reach import Reach
from agentry.flow.read import KNOWN_TOOLS, Reading, read
from agentry.flow.recover import load_rest
from agentry.flow.rules import Subject
from agentry.flow.tasks import TaskReader
from agentry.flow.yamltree import YamlMap
from agentry.store.beside import Beside
from agentry.tools.builtin import builtin_registry
from agentry.tools.registry import Registry

SUFFIX = ".agentry.flow.yaml"


@dataclass
class Page:
    """A text and where it lies; everything else is read when it is first asked for."""

    text: str
    file: Path | None = None

    @cached_property
    def lines(self) -> list[str]:
        return [line.removesuffix("\r") for line in self.text.split("\n")]

    @property
    def name(self) -> str:
        """The flow's name where the text gives none."""
        if self.file is None:
            return "flow"
        return self.file.name.removesuffix(SUFFIX) or self.file.parent.name or "flow"

    @cached_property
    def reading(self) -> Reading:
        """What the text says, with the files that it includes."""
        loader: Loader | None = Beside(self.file.parent) if self.file is not None else None
        return read(self.text, name=self.name, loader=loader)

    @property
    def document(self) -> Document:
        return self.reading.document or Document(name=self.name)

    @cached_property
    def subject(self) -> Subject | None:
        """The tasks and names that stand in this very text, with their places."""
        root = load_rest(self.text).loaded.root
        if not isinstance(root, YamlMap):
            return None
        found = Findings()
        tasks = TaskReader(found)
        listed = tasks.read_list(root.get("tasks"), "", ordered=True)
        document = self.document.model_copy(update={"tasks": listed})
        lost = frozenset(tasks.lost)
        reach = Reach(document)
        return Subject(document, root, tasks.places, lost, KNOWN_TOOLS, self.text, found, reach)

    @cached_property
    def registry(self) -> Registry:
        return builtin_registry()

    def tools(self) -> list[str]:
        """Return the names of all tools that this flow may use."""
        return sorted({*self.registry.names(), *self.document.tools})

    def task_at(self, line: int) -> Task | None:
        """Return the inmost task at a line (from 1); between two tasks, the one above."""
        found: Task | None = None
        for task in self.subject.document.walk() if self.subject is not None else ():
            if task.span.line <= line:
                inside = found is None or task.span.line >= found.span.line
                found = task if inside else found
        return found

    def is_behind(self, task: Task, line: int) -> bool:
        """Return whether a line (from 1) is of a task after this one, one too broken to be read."""
        between = self.lines[task.span.end_line : line]
        return any(text.lstrip().startswith("- ") for text in between)
