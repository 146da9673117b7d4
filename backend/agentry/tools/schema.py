"""`tool.schema.json`: the JSON Schema of a tool manifest, for editors and for other programs."""

from __future__ import annotations

import json
import sys

from agentry.tools.manifest import Manifest


def tool_schema() -> str:
    """Return the JSON Schema of a tool manifest as text, ready to be written."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "tool.schema.json",
        **Manifest.model_json_schema(by_alias=True),
        "title": "Agentry tool manifest",
    }
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(tool_schema())
