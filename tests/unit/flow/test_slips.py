"""What is said of slips in YAML and expressions is what the browser is held to."""

from __future__ import annotations

from tests.unit.flow import slips


def test_the_slips_of_the_corpus_are_what_is_said() -> None:
    assert slips.FILE.read_text("utf-8") == slips.text()


def test_most_of_them_are_slips() -> None:
    said = slips.slips()
    texts, expressions = said["texts"], said["expressions"]
    assert isinstance(texts, list)
    assert isinstance(expressions, list)
    assert len(texts) >= 60
    assert len(expressions) >= 90
