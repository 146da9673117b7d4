"""The only way to a tool: manifest, policy, approval, then the box; every step in the journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from agentry.base.errors import AgentryError
from agentry.base.failpoint import failpoint
from agentry.base.json import JsonObject, encode, sha256_of
from agentry.base.redact import redact
from agentry.policy.rules import Decision, Policy, PolicyInput
from agentry.tools.manifest import Manifest
from agentry.tools.port import CallContext, CallResult, Performer
from agentry.tools.registry import Registry

Outcome = Literal["completed", "failed", "denied"]


@dataclass(frozen=True, slots=True)
class PastCall:
    """What the journal knows of a call.

    `status` '' (nothing), started, completed, failed, denied.
    """

    status: str = ""
    result: JsonObject | None = None
    approval: str = ""
    answer: JsonObject | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked before a call may run."""

    tool: str
    args: JsonObject
    ask: str
    why: str
    rule: str
    to: tuple[str, ...]
    subject: str


class CallLog(Protocol):
    """One task's part of the journal, written under its fence."""

    def past(self, call_id: str) -> PastCall: ...
    async def started(self, call_id: str, data: JsonObject) -> None: ...
    async def ended(self, call_id: str, outcome: Outcome, data: JsonObject) -> None: ...
    async def ask(self, call_id: str, question: Question) -> None:
        """Append the question and raise, so that the task holds nothing while people think."""
        ...


@dataclass(frozen=True, slots=True)
class GateRequest:
    """One call as asked for. `agent` is None for a tool task."""

    tool: str
    args: JsonObject
    agent: str | None
    user: str
    context: CallContext
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands: what the policy is told of it."""

    run_id: str
    path: str
    user: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, as its event says it."""

    outcome: Outcome
    data: JsonObject


class Gate:
    """Decides, asks, performs and records; nothing else calls a tool."""

    def __init__(self, policy: Policy, registry: Registry, performer: Performer) -> None:
        self._policy = policy
        self._registry = registry
        self._performer = performer

    async def call(self, request: GateRequest, log: CallLog) -> CallResult:
        """Return what the call gave; a refusal is a result, not an exception.

        Raises what `CallLog` raises: a lost lease, or the parking of the task.
        """
        call_id = request.context.call_id
        past = log.past(call_id)
        if past.status in ("completed", "failed", "denied"):
            return recorded(past)
        try:
            manifest = self._registry.get(request.tool)
        except AgentryError as problem:
            return await self._end(log, call_id, request, _failed(problem))
        if past.status == "started":
            found = await self._performer.reconcile(request.tool, request.context)
            if found is not None:
                return await self._end(log, call_id, request, found)
        decision = self._policy.decide(
            PolicyInput(
                tool=request.tool,
                manifest=manifest,
                args=request.args,
                run_id=request.context.run_id,
                path=request.context.path,
                agent=request.agent,
                user=request.user,
            )
        )
        if past.status == "started" and manifest.repeat == "opaque" and not past.approval:
            decision = Decision(
                "ask",
                "in_doubt",
                "The worker was lost while this call ran; it may have had its effect.",
                decision.to,
            )
        if decision.decision == "deny":
            return await self._deny(log, call_id, request, decision)
        args = request.args
        if decision.decision == "ask":
            answered = await self._answer(log, request, manifest, decision, past)
            if answered is None:
                return await self._deny(log, call_id, request, decision, past.answer)
            args = answered
        return await self._perform(log, request, args, manifest, decision)

    def at_once(self, tool: str, args: JsonObject, place: Place) -> Ended | None:
        """Return how a pure call ended, here and now, or None where it must go the long way.

        Only a pure tool that the policy allows outright is called; it has no effect to repeat, so
        one event tells all of it.
        """
        if tool not in self._registry.names() or self._registry.get(tool).repeat != "pure":
            return None
        manifest = self._registry.get(tool)
        decision = self._policy.decide(
            PolicyInput(
                tool=tool,
                manifest=manifest,
                args=args,
                run_id=place.run_id,
                path=place.path,
                agent=None,
                user=place.user,
            )
        )
        result = self._performer.at_once(tool, args) if decision.decision == "allow" else None
        if result is None:
            return None
        data = _ended_data(tool, result)
        data |= {"args": args, "decision": decision.decision, "rule": decision.rule}
        return Ended("completed" if result.ok else "failed", data)

    async def _answer(
        self,
        log: CallLog,
        request: GateRequest,
        manifest: Manifest,
        decision: Decision,
        past: PastCall,
    ) -> JsonObject | None:
        """Return the arguments a person approved, None for a no; ask where nobody has answered."""
        subject = subject_of(request, manifest)
        if past.approval == "approved" and past.subject == subject:
            edited = (past.answer or {}).get("args")
            return edited if isinstance(edited, dict) else request.args
        if past.approval in ("denied", "expired") and past.subject == subject:
            return None
        await log.ask(
            request.context.call_id,
            Question(
                request.tool,
                request.args,
                f"Run {request.tool}?",
                decision.why,
                decision.rule,
                decision.to,
                subject,
            ),
        )
        raise AssertionError("asking parks the task")

    async def _perform(
        self,
        log: CallLog,
        request: GateRequest,
        args: JsonObject,
        manifest: Manifest,
        decision: Decision,
    ) -> CallResult:
        call_id = request.context.call_id
        failpoint("call.before")
        await log.started(
            call_id,
            {
                "tool": request.tool,
                "version": manifest.version,
                "args": args,
                "repeat": manifest.repeat,
                "decision": decision.decision,
                "rule": decision.rule,
            },
        )
        failpoint("effect.before")
        try:
            result = await self._performer.perform(request.tool, args, request.context)
        except AgentryError as problem:
            result = _failed(problem)
        failpoint("effect.after")
        return await self._end(log, call_id, request, result)

    async def _deny(
        self,
        log: CallLog,
        call_id: str,
        request: GateRequest,
        decision: Decision,
        answer: JsonObject | None = None,
    ) -> CallResult:
        by = (answer or {}).get("by")
        said = (answer or {}).get("reason")
        why = f"{by} said no" + (f": {said}" if said else ".") if by else decision.why
        code = "approval_denied" if answer is not None else "policy_denied"
        message = f"The call of {request.tool} was denied ({decision.rule}): {why}"
        await log.ended(
            call_id,
            "denied",
            {
                "tool": request.tool,
                "args": request.args,
                "rule": decision.rule,
                "why": why,
                "error": {"code": code, "message": message},
            },
        )
        return CallResult(False, None, code, message)

    async def _end(
        self, log: CallLog, call_id: str, request: GateRequest, result: CallResult
    ) -> CallResult:
        if request.secrets:
            output = redact(result.output, request.secrets)
            message = str(redact(result.message, request.secrets))
            result = replace(result, output=output, message=message)
        data = _ended_data(request.tool, result)
        await log.ended(call_id, "completed" if result.ok else "failed", data)
        failpoint("call.after")
        return result


def _ended_data(tool: str, result: CallResult) -> JsonObject:
    data: JsonObject = {"tool": tool, "output": result.output, "duration_ms": result.duration_ms}
    if result.sandbox is not None:
        data["sandbox"] = result.sandbox
    if result.files:
        data["files"] = list(result.files)
    if not result.ok:
        data["error"] = {"code": result.error_code, "message": result.message}
    return data


def subject_of(request: GateRequest, manifest: Manifest) -> str:
    """Return the hash an approval is bound to.

    Another tool, version or argument is another question.
    """
    return sha256_of(
        ["v1", request.tool, manifest.version, encode(request.args), request.context.call_id]
    )


def recorded(past: PastCall) -> CallResult:
    """Return the result that the journal holds."""
    data = past.result or {}
    error = data.get("error")
    if isinstance(error, dict):
        return CallResult(
            False, data.get("output"), str(error.get("code")), str(error.get("message"))
        )
    return CallResult(True, data.get("output"))


def _failed(problem: AgentryError) -> CallResult:
    said = f"{problem.detail} {problem.hint}".strip()
    return CallResult(False, None, problem.code, said)
