"""One word for one thing: names that we give avoid the words the house has ruled out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

import pytest

from tests.architecture import house

BANNED = {
    "workflow",
    "pipeline",
    "job",
    "block",
    "session",
    "execution",
    "manager",
    "helper",
    "util",
    "node",
}
# word -> places (beginnings of paths) where another product's own word is the right one
ALLOWED = {
    "job": ("backend/agentry/bus/",),
    "node": (
        "frontend/src/features/canvas/",  # React Flow's word
        "frontend/src/entities/document/",  # the word of npm's yaml, as is "block"
    ),
    "block": ("frontend/src/entities/document/",),
    "workflow": (".github/workflows/",),  # GitHub's folder
}
_TS_NAMES = re.compile(
    r"\b(?:const|let|var|function|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)"
)
_TS_IMPORTS = re.compile(r"^import\b.*?\bfrom\s+['\"][^'\"]+['\"]", re.M | re.S)


def words(name: str) -> Iterator[str]:
    """Split snake_case, kebab-case and camelCase; take a plural for its singular."""
    for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name):
        yield word.lower().removesuffix("s")


def python_names(source: str) -> Iterator[str]:
    """Give every name that the file defines; names of other products are only used, never given."""
    for item in ast.walk(ast.parse(source)):
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield item.name
        elif isinstance(item, ast.arg):
            yield item.arg
        elif isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store):
            yield item.id
        elif isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store):
            yield item.attr
        elif isinstance(item, ast.alias) and item.asname:
            yield item.asname


def typescript_names(source: str) -> Iterator[str]:
    """Give the names that the file declares; what it imports was named by others."""
    for match in _TS_NAMES.finditer(_TS_IMPORTS.sub("", source)):
        yield match[1]


def banned_in(path: str, names: Iterator[str]) -> set[str]:
    return {
        f"{path}: {name}"
        for name in names
        for word in words(name)
        if word in BANNED and not path.startswith(ALLOWED.get(word, ()))
    }


def test_python_names_avoid_banned_nouns() -> None:
    found: set[str] = set()
    for path in house.with_suffix(".py"):
        found |= banned_in(path, python_names(house.read(path)))
    assert found == set()


def test_typescript_names_avoid_banned_nouns() -> None:
    found: set[str] = set()
    for path in house.with_suffix(".ts", ".tsx", under="frontend/"):
        found |= banned_in(path, typescript_names(house.read(path)))
    assert found == set()


def test_paths_avoid_banned_nouns() -> None:
    found: set[str] = set()
    for path in house.files():
        found |= banned_in(path, iter(PurePath(path).parts))
    assert found == set()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("class RunManager: ...", "RunManager"),
        ("def start(session): ...", "session"),
        ("import x as utils", "utils"),
        ("self.job_id = 1", "job_id"),
    ],
)
def test_a_banned_noun_is_found(source: str, name: str) -> None:
    assert banned_in("x.py", python_names(source)) == {f"x.py: {name}"}
