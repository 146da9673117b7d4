"""`policy.schema.json`: the JSON Schema of a policy file, for completion in editors."""

from __future__ import annotations

import json
import sys

from agentry.policy.file import PolicyFile


def policy_schema() -> str:
    """Return the JSON Schema of a policy file as text, ready to be written."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "policy.schema.json",
        **PolicyFile.model_json_schema(),
        "title": "Agentry policy",
    }
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(policy_schema())
