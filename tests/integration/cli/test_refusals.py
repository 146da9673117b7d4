"""What is refused before anything happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance import product

pytestmark = pytest.mark.integration


def test_a_second_studio_on_one_data_folder_is_refused(tmp_path: Path) -> None:
    with product.Studio(tmp_path / "home", product.ROOT / "flows"):
        done = product.cli(
            "up", str(product.ROOT / "flows"), "--no-open", "--port", "0", home=tmp_path / "home"
        )
    assert done.returncode == 2
    assert "A studio of this data folder runs already, at http://127.0.0.1:" in done.stderr


def test_a_trace_that_cannot_be_written_is_found_out_before_the_run(tmp_path: Path) -> None:
    wrong = tmp_path / "none" / "x.jsonl"
    done = product.cli(
        "run", str(product.ROOT / "flows/hello"), "--trace", str(wrong), home=tmp_path
    )
    assert done.returncode == 2
    assert "The trace cannot be written" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_status_that_no_run_has_is_refused(tmp_path: Path) -> None:
    done = product.cli("runs", "ls", "--status", "foo", home=tmp_path)
    assert done.returncode == 2
    assert "Known: accepted, running, waiting" in done.stderr
