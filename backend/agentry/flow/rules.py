"""What a schema cannot hold: names that must exist, orders that must be possible. One function per code."""

from __future__ import annotations

from dataclasses import dataclass

from agentry.flow.document import Document
from agentry.flow.findings import Findings
from agentry.flow.yamltree import YamlMap


@dataclass(frozen=True, slots=True)
class Subject:
    """A document with the places of its tasks. `lost` are ids of tasks that could not be read."""

    document: Document
    root: YamlMap
    places: dict[str, YamlMap]
    lost: frozenset[str]
    known_tools: frozenset[str]
    text: str
    found: Findings


def check(subject: Subject) -> None:
    """Run every rule; each adds its findings."""
