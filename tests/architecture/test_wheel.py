"""The wheel that people install carries the studio."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.architecture import house


@pytest.mark.integration
def test_the_wheel_carries_the_built_studio(tmp_path: Path) -> None:
    if not (house.ROOT / "backend/agentry/_ui/index.html").exists():
        pytest.skip("the studio is not built here: run make setup")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=house.ROOT,
        capture_output=True,
        check=True,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert "agentry/_ui/index.html" in names
    assert any(re.fullmatch(r"agentry/_ui/assets/.+-.{6,}\.js", name) for name in names)
    assert any(name.endswith("agentry/__init__.py") for name in names)
