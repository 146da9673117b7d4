"""How a program's end reads as the result of a call."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.tools.port import CallResult, Limits, Reason, SandboxResult

# A call that was cut off leaves nothing behind; one that ended by itself does, whatever it says.
APPLIED: frozenset[Reason] = frozenset({"ok", "exit"})
_CODES: dict[Reason, str] = {"timeout": "timeout", "oom": "out_of_memory"}


def result_of(tool: str, done: SandboxResult, limits: Limits) -> CallResult:
    """Return what a call gave whose program ended like this."""
    stderr = done.stderr.decode(errors="replace")
    output: JsonObject = {
        "exit_code": done.exit_code,
        "stdout": done.stdout.decode(errors="replace"),
        "stderr": stderr,
        "truncated": done.truncated,
    }
    sandbox: JsonObject = {
        "backend": done.backend,
        "isolation": done.isolation.name.lower(),
        "reason": done.reason,
    }
    if done.reason == "ok":
        return CallResult(True, output, duration_ms=done.duration_ms, sandbox=sandbox)
    return CallResult(
        False,
        output,
        _CODES.get(done.reason, "tool_failed"),
        _sentence(tool, done, stderr, limits),
        done.duration_ms,
        sandbox,
    )


def _sentence(tool: str, done: SandboxResult, stderr: str, limits: Limits) -> str:
    said = {
        "timeout": f"{tool} was stopped: it ran into its time limit.",
        "oom": f"{tool} was stopped: it needed more than {limits.mem // 1024**2} MB of memory.",
        "output_cap": f"{tool} was stopped: it printed more than {limits.out_bytes} bytes.",
        "disk": f"{tool} was stopped: it wrote more than {limits.disk // 1024**2} MB.",
        "pids": f"{tool} failed: it started more than {limits.pids} processes.",
    }.get(done.reason)
    if said is not None:
        return f"{said} Nothing it did to /workspace was kept."
    last = next((line for line in reversed(stderr.splitlines()) if line.strip()), "")
    tail = f": {last.strip()[:300]}" if last else "."
    return f"{tool} ended with exit code {done.exit_code}{tail}"
