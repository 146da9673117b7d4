"""`agentry flow check` prints every finding, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentry.cli.flow import check

GOOD = "name: Good\ntasks:\n  - {id: a, tool: echo, with: {x: 1}}\n"
BAD = "name: Bad\ntasks:\n  - {id: a, tool: hammer, with: {}}\noutputz: {}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.agentry.flow.yaml").write_text(GOOD)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / ".agentry.flow.yaml").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_findings_point_at_letters(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["bad", "good"], as_json=False) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("bad:3:")
    assert "hammer" in lines[0]
    assert lines[1].startswith("bad:4:1: error: ")
    assert lines[-1] == "good: ok"


@pytest.mark.usefixtures("folder")
def test_json_has_the_shape_that_scripts_rely_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(["good.agentry.flow.yaml", "bad"], as_json=True) == 2
    good, bad = json.loads(capsys.readouterr().out)["files"]
    assert good == {"path": "good.agentry.flow.yaml", "ok": True, "diagnostics": []}
    assert (bad["path"], bad["ok"]) == ("bad", False)
    first = bad["diagnostics"][0]
    assert first.keys() == {"code", "severity", "message", "span", "path"}
    assert first["span"].keys() == {"line", "column", "end_line", "end_column"}
    assert (first["span"]["line"], first["severity"], first["path"]) == (3, "error", "a")


def test_all_good_is_exit_code_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([str(folder / "good.agentry.flow.yaml")], as_json=False) == 0
    assert capsys.readouterr().out.endswith("good.agentry.flow.yaml: ok\n")


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_read_is_a_finding_and_hides_no_other(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    assert check(["nope", "latin.yaml", "a/b.yaml", "good"], as_json=False) == 2
    said = capsys.readouterr().out.splitlines()
    assert "no flow 'nope'" in said[0]
    assert "not UTF-8 text (byte 10)" in said[1]
    assert "no file or folder a/b.yaml" in said[2]
    assert said[3] == "good: ok"
