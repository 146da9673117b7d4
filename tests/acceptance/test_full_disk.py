"""A disk that fills up in the middle of a run: one sentence and an honest exit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance import product

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("sandbox")]

FLOW = """
tasks:
  - {id: big, tool: python, timeout: 1m, with: {code: "open('x', 'wb').write(b'x' * 3_000_000)"}}
  - {id: after, tool: write_file, with: {path: y, content: done}}
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    size = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(size, capture_output=True).returncode != 0:
        pytest.skip("this machine does not let a small disk be mounted")
    return folder


def test_a_disk_that_fills_up_ends_in_a_sentence(tmp_path: Path, small_disk: Path) -> None:
    flow = tmp_path / "full.agentry.flow.yaml"
    flow.write_text(FLOW)
    try:
        done = product.cli("run", str(flow), "--json", home=small_disk / "home")
    finally:
        subprocess.run(["umount", "-l", str(small_disk)], check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout or "room" in done.stderr
