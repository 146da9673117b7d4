"""The checkout looks as it was agreed: its top level, its packages, its lock files."""

from __future__ import annotations

import ast
import json
import re
from pathlib import PurePosixPath

from tests.architecture import house

TOP = {
    "backend",
    "frontend",
    "flows",
    "schemas",
    "sandbox-images",
    "deploy",
    "design",
    "docs",
    "tests",
    "package.json",
    "package-lock.json",  # npm writes it beside package.json and nowhere else
    "pyproject.toml",
    "Makefile",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
}
_PROMISES = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b")
_SOURCE = (".py", ".ts", ".tsx", ".css", ".yaml", ".yml", ".sh", ".toml")


def test_the_top_level_holds_what_was_agreed() -> None:
    top = {PurePosixPath(name).parts[0] for name in house.files()}
    assert {name for name in top if not name.startswith(".")} - TOP == set()


def test_no_package_is_empty() -> None:
    empty: list[str] = []
    for init in house.with_suffix("/__init__.py", under="backend/agentry/"):
        folder = init.removesuffix("__init__.py")
        others = [name for name in house.with_suffix(".py", under=folder) if name != init]
        says = [item for item in ast.parse(house.read(init)).body if not isinstance(item, ast.Expr)]
        if not others and not says:
            empty.append(folder)
    assert empty == []


def test_nothing_is_promised_in_a_comment() -> None:
    found = [
        f"{name}:{number}"
        for name in house.with_suffix(*_SOURCE)
        for number, line in enumerate(house.read(name).splitlines(), 1)
        if _PROMISES.search(line)
    ]
    assert found == []


def test_lock_files_hold_no_download_address() -> None:
    for name in house.with_suffix(".txt", under="backend/requirements/"):
        assert "://" not in house.read(name), name
    for name in house.with_suffix("package-lock.json"):
        packages = json.loads(house.read(name))["packages"]
        assert [key for key, value in packages.items() if "resolved" in value] == [], name
