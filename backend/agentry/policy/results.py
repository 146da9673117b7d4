"""A call's result as its event carries it, and back."""

from __future__ import annotations

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.policy.calls import PastCall
from agentry.tools.port import CallResult


def ended_data(tool: str, result: CallResult) -> JsonObject:
    """Return the data of the event with which a call ends."""
    data: JsonObject = {"tool": tool, "output": result.output, "duration_ms": result.duration_ms}
    if result.sandbox is not None:
        data["sandbox"] = result.sandbox
    if result.files:
        data["files"] = list(result.files)
    if not result.ok:
        data["error"] = {"code": result.error_code, "message": result.message}
    return data


def recorded(past: PastCall) -> CallResult:
    """Return the result that the journal holds."""
    data = past.result or {}
    error = data.get("error")
    if isinstance(error, dict):
        return CallResult(
            False, data.get("output"), str(error.get("code")), str(error.get("message"))
        )
    return CallResult(True, data.get("output"))


def failed(problem: AgentryError) -> CallResult:
    """Return what a call gives that could not be made."""
    said = f"{problem.detail} {problem.hint}".strip()
    return CallResult(False, None, problem.code, said)
