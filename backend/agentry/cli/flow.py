"""`agentry flow check`: every finding of every flow given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.cli import console
from agentry.cli.source import SUFFIX, flow_file, line_of, read_flow
from agentry.flow.diagnostics import Diagnostic, Span
from agentry.flow.read import read
from agentry.store.beside import Beside

UNREADABLE = "file_unreadable"


def check(given: Sequence[str], *, as_json: bool) -> int:
    """Print findings; return 0 where no flow has an error, else 2."""
    checked = [(name, findings_of(name)) for name in given]
    wrong = [name for name, findings in checked if not _is_ok(findings)]
    if as_json:
        files: list[Json] = [_as_json(name, findings) for name, findings in checked]
        console.out_json({"files": files})
    else:
        for name, findings in checked:
            for finding in findings:
                unread = finding.code == UNREADABLE
                console.out(
                    f"{name}: error: {finding.message}" if unread else line_of(name, finding)
                )
            if _is_ok(findings):
                console.out(f"{name}: ok")
    return console.WRONG_USE if wrong else console.OK


def findings_of(given: str) -> tuple[Diagnostic, ...]:
    """Return the findings of one flow; a file that cannot be read is a finding of its own."""
    try:
        file = flow_file(given) or named(given)
        flow = read_flow(given, file).flow
    except AgentryError as problem:
        said = f"{problem.detail} {problem.hint}".strip()
        return (Diagnostic(UNREADABLE, "error", said, Span(1, 1, 1, 1)),)
    return read(flow.text, name=flow.name, loader=Beside(flow.base)).diagnostics


def named(name: str) -> Path:
    """Return the file of a flow of the opened folder by its name; raise `WrongUse`."""
    from agentry.base.settings import load_settings

    folder = load_settings().folder or Path.cwd()
    # In names "." stands where a path has "/".
    for stem in (name, name.replace(".", "/")):
        for file in (folder / f"{stem}{SUFFIX}", folder / stem / SUFFIX):
            if file.is_file():
                return file
    raise console.WrongUse(f"There is no flow {name!r} in {folder}, and no such file.")


def _is_ok(findings: Sequence[Diagnostic]) -> bool:
    return not any(finding.severity == "error" for finding in findings)


def _as_json(given: str, findings: Sequence[Diagnostic]) -> JsonObject:
    return {
        "path": given,
        "ok": _is_ok(findings),
        "diagnostics": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message,
                "span": asdict(finding.span),
                "path": finding.path,
            }
            for finding in findings
        ],
    }
