"""Which flow is meant: a file, a folder with a flow in it, or a name; and its findings as lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agentry.cli.console import WrongUse
from agentry.engine.compile import FlowText
from agentry.flow.diagnostics import Diagnostic

SUFFIX = ".agentry.flow.yaml"
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class FlowOnDisk:
    """A flow's file, as given and as it is, and what it says."""

    given: str
    file: Path
    flow: FlowText


def flow_file(given: str) -> Path | None:
    """Return the file that `given` names (a folder: the flow in it), or None where it is a name."""
    path = Path(given).expanduser()
    try:
        return _file_at(given, path)
    except OSError as problem:
        said = f"The flow {given} cannot be read: {problem.strerror}."
        raise WrongUse(said, hint="Check the rights of the file and its folder.") from None


def _file_at(given: str, path: Path) -> Path | None:
    if path.is_dir():
        inside = path / SUFFIX
        if not inside.is_file():
            raise WrongUse(
                f"The folder {given} holds no {SUFFIX}.", hint="Give the flow's own file instead."
            )
        return inside
    if path.exists():
        return path
    if "/" in given or given.endswith((".yaml", ".yml")):
        raise WrongUse(f"There is no file or folder {given}.", hint="Check the path.")
    return None


def read_flow(given: str, file: Path) -> FlowOnDisk:
    """Read a flow's file; raise `WrongUse` where it cannot be read."""
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise WrongUse(f"The flow {file} cannot be read: {problem.strerror}.") from None
    if len(raw) > MOST_BYTES:
        raise WrongUse(f"The flow {file} is longer than {MOST_BYTES // 1_000_000} MB.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as problem:
        raise WrongUse(f"The flow {file} is not UTF-8 text (byte {problem.start + 1}).") from None
    whole = file.resolve()
    return FlowOnDisk(given, whole, FlowText(name_of(whole), text, whole.parent))


def name_of(file: Path) -> str:
    """Return the name of a flow's file: the folder's where the file has none of its own."""
    if file.name == SUFFIX:
        return file.parent.name or "flow"
    return file.name.removesuffix(SUFFIX) if file.name.endswith(SUFFIX) else file.stem


def line_of(where: str, finding: Diagnostic) -> str:
    """Return one finding as a line that editors can jump to."""
    span = finding.span
    return f"{where}:{span.line}:{span.column}: {finding.severity}: {finding.message}"
