"""What we show as an example is right: the sample flows, and the flows in the guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentry.flow.read import read

ROOT = Path(__file__).parents[2]
SAMPLES = {path.parent.name: path.read_text() for path in ROOT.glob("flows/*/.agentry.flow.yaml")}
SHOWN = {
    f"{path.name}-{number}": text
    # The reference shows wrong examples on purpose; its own tests hold them.
    for path in [ROOT / "README.md", *ROOT.glob("docs/[!r]*/*.md")]
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text(), re.S), 1)
    if re.search(r"^tasks:", text, re.M)
}


@pytest.mark.parametrize("name", SAMPLES | SHOWN)
def test_an_example_has_no_finding(name: str) -> None:
    text = (SAMPLES | SHOWN)[name]
    assert [
        f"{found.span.line}: {found.message}" for found in read(text, name=name).diagnostics
    ] == []


def test_there_are_examples() -> None:
    assert {"hello", "repo-report"} <= SAMPLES.keys()
    assert SHOWN
