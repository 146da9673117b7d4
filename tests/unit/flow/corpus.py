"""The corpus that pytest and vitest read. `python -m tests.unit.flow.corpus` writes it anew."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.flow.diagnostics import Diagnostic
from agentry.flow.graph import build
from agentry.flow.read import read

FOLDER = Path(__file__).parents[3] / "schemas" / "corpus"
CASES = sorted(path.name.removesuffix(".flow.yaml") for path in FOLDER.glob("*.flow.yaml"))
BROKEN = [case for case in CASES if case.startswith("bad_")]
# The browser draws these differently on purpose: broken inputs and numbers that JSON does not have.
DRAWN_DIFFERENTLY = {"bad_schemas", "bad_tags"}
GOOD = [case for case in CASES if case not in BROKEN]


def text_of(case: str) -> str:
    """Return the text of a case with its own line ends."""
    return (FOLDER / f"{case}.flow.yaml").read_bytes().decode()


def expected(case: str, what: str) -> Json:
    """Return what stands in the `graph` or `diagnostics` file of a case."""
    path = FOLDER / f"{case}.{what}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def graph_of(case: str) -> Json:
    """Return the graph of a case; None where its text gives no document."""
    document = read(text_of(case), name=case).document
    return None if document is None else build(document).to_json()


def findings_of(case: str) -> list[JsonObject]:
    """Return the diagnostics of a case as the corpus holds them: without fixes."""
    return [finding_json(finding) for finding in read(text_of(case), name=case).diagnostics]


def finding_json(finding: Diagnostic) -> JsonObject:
    """Return a finding as the CLI and the corpus show it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "span": asdict(finding.span),
        "path": finding.path,
    }


def _write() -> None:
    for case in CASES:
        graph = graph_of(case)
        if graph is None or case in DRAWN_DIFFERENTLY:
            (FOLDER / f"{case}.graph.json").unlink(missing_ok=True)
        else:
            _write_json(f"{case}.graph.json", graph)
        _write_json(f"{case}.diagnostics.json", findings_of(case))


def _write_json(name: str, value: object) -> None:
    (FOLDER / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    _write()
