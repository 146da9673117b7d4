"""The tables that the browser reads from are those of the reader."""

from __future__ import annotations

from typing import cast

from agentry.base.json import JsonObject
from agentry.flow.keys import FLOW_KEYS
from agentry.flow.tables import tables, tables_text
from tests.unit.flow import corpus


def test_the_committed_tables_are_these() -> None:
    committed = (corpus.FOLDER.parent / "language.json").read_text("utf-8")
    assert committed == tables_text()


def test_a_key_tells_its_shape_and_what_is_said_where_it_is_missing() -> None:
    flow = cast("JsonObject", tables()["flow"])
    keys = cast("JsonObject", flow["keys"])
    assert list(keys) == list(FLOW_KEYS)
    assert keys["tasks"] == {
        "shape": {"is": "Tasks", "empty": False},
        "missing": FLOW_KEYS["tasks"].says,
    }
