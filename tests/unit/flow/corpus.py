"""The corpus that pytest and vitest read. `python -m tests.unit.flow.corpus` writes it anew."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from agentry.base.json import Json, JsonObject
from agentry.flow.codes import entries
from agentry.flow.diagnostics import Diagnostic
from agentry.flow.graph import build
from agentry.flow.include import Texts
from agentry.flow.read import Reading, read

FOLDER = Path(__file__).parents[3] / "schemas" / "corpus"
CASES = sorted(path.name.removesuffix(".flow.yaml") for path in FOLDER.glob("*.flow.yaml"))
NO_YAML = {"yaml_syntax", "include_not_found", "include_cycle"}
BROKEN = [case for case in CASES if case.startswith("bad_")]
# The browser draws these differently on purpose: broken inputs and numbers that JSON does not have.
DRAWN_DIFFERENTLY = {"bad_schemas", "bad_tags"}
# Files that presets and includes of the corpus may load; the browser has no files.
FILES = Texts(
    {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in sorted((FOLDER / "files").rglob("*.yaml"))
    }
)
GOOD = [case for case in CASES if case not in BROKEN]


def text_of(case: str) -> str:
    """Return the text of a case with its own line ends."""
    return (FOLDER / f"{case}.flow.yaml").read_bytes().decode()


def expected(case: str, what: str) -> Json:
    """Return what stands in the `graph` or `diagnostics` file of a case."""
    path = FOLDER / f"{case}.{what}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def reading_of(case: str) -> Reading:
    """Return what the reader says of a case."""
    return read(text_of(case), name=case, loader=FILES)


def graph_of(case: str) -> Json:
    """Return the graph that both sides draw of a case; None where only the findings count."""
    reading = reading_of(case)
    document = reading.document
    if document is None or case in DRAWN_DIFFERENTLY or reading.files:
        return None
    # What is left of a broken text is for each side to say.
    if any(finding.code in NO_YAML for finding in reading.diagnostics):
        return None
    return build(document).to_json()


def findings_of(case: str) -> list[JsonObject]:
    """Return the diagnostics of a case as the corpus holds them."""
    return [finding_json(finding) for finding in reading_of(case).diagnostics]


def finding_json(finding: Diagnostic) -> JsonObject:
    """Return a finding as the corpus shows it; `fix` stands there where there is one."""
    shown: JsonObject = {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "span": asdict(finding.span),
        "path": finding.path,
    }
    return shown if finding.fix is None else {**shown, "fix": asdict(finding.fix)}


def examples() -> dict[str, str]:
    """Return the cases that are made of the table of codes, with their texts."""
    made: dict[str, str] = {}
    for code, entry in entries().items():
        broken = "bad_" if entry.severity == "error" else ""
        if entry.wrong:
            made[f"{broken}wrong_{code}"] = entry.wrong
            made[f"right_{code}"] = entry.right
    return made


def _write() -> None:
    cases = set(CASES)
    for case, text in examples().items():
        (FOLDER / f"{case}.flow.yaml").write_text(text, "utf-8")
        cases.add(case)
    for case in sorted(cases):
        graph = graph_of(case)
        if graph is None:
            (FOLDER / f"{case}.graph.json").unlink(missing_ok=True)
        else:
            _write_json(f"{case}.graph.json", graph)
        _write_json(f"{case}.diagnostics.json", findings_of(case))


def _write_json(name: str, value: object) -> None:
    (FOLDER / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    _write()
