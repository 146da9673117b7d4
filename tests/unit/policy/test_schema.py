"""The committed schemas are what the code says, and fit what the code reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from agentry.base.json import JsonObject
from agentry.base.schema import misfit
from agentry.policy.rules import DEFAULT_POLICY
from agentry.policy.schema import policy_schema
from agentry.tools.schema import tool_schema

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


@pytest.mark.parametrize(
    ("name", "text"),
    [("policy.schema.json", policy_schema()), ("tool.schema.json", tool_schema())],
)
def test_the_committed_schema_is_not_stale(name: str, text: str) -> None:
    assert (SCHEMAS / name).read_text() == text, "run: make schemas"


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        (yaml.safe_load(DEFAULT_POLICY), True),
        ({"version": 1, "rules": [{"id": "a", "deny": {"args": {"p": {"glob": "x*"}}}}]}, True),
        ({"version": 1, "rulez": []}, False),
        ({"rules": []}, False),
    ],
)
def test_editors_see_the_same_slips(value: JsonObject, fits: bool) -> None:
    assert (misfit(json.loads(policy_schema()), value) is None) is fits
