"""What is installed is what was agreed: one list of dependencies, every one of them hashed."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture import house

FOLDER = "backend/requirements/"


def test_pyproject_and_runtime_in_name_the_same_dependencies() -> None:
    project = tomllib.loads(house.read("pyproject.toml"))["project"]
    assert sorted(project["dependencies"]) == sorted(
        house.read(f"{FOLDER}runtime.in").split("\n")[:-1]
    )


@pytest.mark.parametrize("name", ["runtime", "build", "dev", "ui"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    whole = house.read(f"{FOLDER}{name}.txt").replace("\\\n", " ")
    lines = [line for line in whole.splitlines() if line.strip()]
    assert lines
    assert [line[:60] for line in lines if not re.match(r"\S+==.* --hash=sha256:", line)] == []


def test_running_and_testing_use_the_same_versions() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(
            re.findall(r"^([a-z0-9_.-]+)==([^ ;]+)", house.read(f"{FOLDER}{name}.txt"), re.M)
        )

    testing = pins("dev")
    for name in ("runtime", "build"):
        assert pins(name).items() <= testing.items()
