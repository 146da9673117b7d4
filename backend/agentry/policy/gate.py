"""The only way to a tool: manifest, policy, approval, then the box; every step in the journal."""

from __future__ import annotations

from dataclasses import replace

from agentry.base.errors import AgentryError
from agentry.base.failpoint import failpoint
from agentry.base.json import JsonObject
from agentry.base.redact import redact
from agentry.policy.binding import binding_of, subject_of
from agentry.policy.calls import Answer, CallLog, Ended, GateRequest, PastCall, Place, Question
from agentry.policy.doubt import WHY, doubt_data, settle, starts_at_once
from agentry.policy.results import ended_data, failed, recorded
from agentry.policy.rules import Decision, Policy, PolicyInput
from agentry.tools.manifest import Manifest
from agentry.tools.port import CallResult, Performer
from agentry.tools.registry import Registry

_ENDED = frozenset({"completed", "failed", "denied"})


class _Refused(Exception):
    """The call must not be made; `answer` is a person's no, None where the policy says it."""

    def __init__(self, decision: Decision, answer: Answer | None = None) -> None:
        self.decision = decision
        self.answer = answer


class Gate:
    """Decides, asks, performs and records; nothing else calls a tool."""

    def __init__(self, policy: Policy, registry: Registry, performer: Performer) -> None:
        self._policy = policy
        self._registry = registry
        self._performer = performer

    async def call(self, request: GateRequest, log: CallLog) -> CallResult:
        """Return what the call gave; a refusal is a result, not an exception.

        Raises what `CallLog` raises: a lost lease, a spent purse, or the parking of the task.
        """
        past = log.past(request.context.call_id)
        if past.status in _ENDED:
            return recorded(past)
        try:
            manifest = self._registry.get(request.tool)
        except AgentryError as problem:
            return await self._end(request, log, failed(problem))
        if past.status == "started":
            found = await self._performer.reconcile(request.tool, request.context)
            if found is not None:
                doubt = doubt_data(manifest, "reconciled")
                return await self._end(request, log, found, doubt)
        return await _Passage(self, request, log, manifest, past).call()

    def at_once(self, tool: str, args: JsonObject, place: Place) -> Ended | None:
        """Return how a pure call ended, here and now, or None where it must go the long way.

        Only a pure tool that the policy allows outright is called; it has no effect to repeat, so
        one event tells all of it.
        """
        if tool not in self._registry.names() or self._registry.get(tool).repeat != "pure":
            return None
        manifest = self._registry.get(tool)
        asked = PolicyInput(tool, manifest, args, place.run_id, place.path, None, place.user)
        decision = self._policy.decide(asked)
        result = self._performer.at_once(tool, args) if decision.decision == "allow" else None
        if result is None:
            return None
        data = ended_data(tool, result)
        data |= {"args": args, "decision": decision.decision, "rule": decision.rule}
        return Ended("completed" if result.ok else "failed", data)

    def decide(self, request: GateRequest, args: JsonObject, manifest: Manifest) -> Decision:
        """Return what the policy says of the call with these arguments."""
        context = request.context
        return self._policy.decide(
            PolicyInput(
                tool=request.tool,
                manifest=manifest,
                args=args,
                run_id=context.run_id,
                path=context.path,
                agent=request.agent,
                user=request.user,
            )
        )

    async def perform(self, request: GateRequest, log: CallLog, args: JsonObject) -> CallResult:
        """Do what has been let through, and record how it ended."""
        failpoint("effect.before")
        try:
            result = await self._performer.perform(request.tool, args, request.context)
        except AgentryError as problem:
            result = failed(problem)
        failpoint("effect.after")
        return await self._end(request, log, result)

    async def _end(
        self,
        request: GateRequest,
        log: CallLog,
        result: CallResult,
        doubt: JsonObject | None = None,
    ) -> CallResult:
        if request.secrets:
            output = redact(result.output, request.secrets)
            message = str(redact(result.message, request.secrets))
            result = replace(result, output=output, message=message)
        data = ended_data(request.tool, result)
        outcome = "completed" if result.ok else "failed"
        await log.ended(request.context.call_id, outcome, data, doubt)
        failpoint("call.after")
        return result


class _Passage:
    """One call on its way through the gate."""

    def __init__(
        self, gate: Gate, request: GateRequest, log: CallLog, manifest: Manifest, past: PastCall
    ) -> None:
        self._gate = gate
        self._request = request
        self._log = log
        self._manifest = manifest
        self._past = past

    async def call(self) -> CallResult:
        request, manifest = self._request, self._manifest
        try:
            args = request.args
            decision = self._gate.decide(request, args, manifest)
            if decision.decision == "deny":
                raise _Refused(decision)
            if decision.decision == "ask":
                args = await self._agreed(decision, args, 0)
            doubt: JsonObject | None = None
            if self._past.starts:
                then = "ask" if self._past.status == "in_doubt" else self._then()
                if then == "fail":
                    return await self._give_up()
                if then == "ask":
                    decision = replace(decision, decision="ask", rule="in_doubt", why=WHY)
                    args = await self._agreed(decision, args, self._past.starts)
                else:
                    doubt = doubt_data(manifest, then)
            return await self._make(decision, args, doubt)
        except _Refused as refusal:
            return await self._deny(refusal.decision, refusal.answer)

    def _then(self) -> str:
        return settle(self._manifest, attended=self._request.attended)

    async def _agreed(self, decision: Decision, args: JsonObject, start: int) -> JsonObject:
        """Return the arguments that people have agreed to; ask where nobody has answered.

        Raises `_Refused` for a no, and where what was agreed to is not what would be run.
        """
        binding = binding_of(self._request, self._manifest, start)
        subject = subject_of(binding, args)
        answer = self._past.answers.get(subject)
        if answer is None:
            await self._ask(decision, args, binding, subject)
        elif answer.status != "approved":
            raise _Refused(decision, answer)
        elif answer.args is not None:
            edited = self._gate.decide(self._request, answer.args, self._manifest)
            if edited.decision == "deny":
                raise _Refused(edited)
            if answer.subject != subject_of(binding, answer.args):
                why = "The yes is not bound to the arguments that came with it."
                raise _Refused(replace(decision, why=why))
            return answer.args
        return args

    async def _ask(
        self, decision: Decision, args: JsonObject, binding: JsonObject, subject: str
    ) -> None:
        tool, doubtful = self._request.tool, binding["start"] != 0
        question = Question(
            tool=tool,
            args=args,
            ask=f"Run {tool} again? It may have run already." if doubtful else f"Run {tool}?",
            why=decision.why,
            rule=decision.rule,
            to=decision.to,
            need=decision.need,
            self_approval=decision.self_approval,
            expires_ms=decision.expires_ms,
            binding=binding,
            subject=subject,
            doubt=doubtful,
        )
        fresh = doubtful and self._past.status == "started"
        doubt = doubt_data(self._manifest, "ask") if fresh else None
        await self._log.ask(self._request.context.call_id, question, doubt)
        raise AssertionError("asking parks the task")

    async def _make(
        self, decision: Decision, args: JsonObject, doubt: JsonObject | None
    ) -> CallResult:
        request, manifest = self._request, self._manifest
        data: JsonObject = {
            "tool": request.tool,
            "version": manifest.version,
            "args": args,
            "repeat": manifest.repeat,
            "decision": decision.decision,
            "rule": decision.rule,
        }
        if manifest.repeat == "keyed":
            data["key"] = request.context.key
        failpoint("call.before")
        durable = request.counted or not starts_at_once(manifest)
        await self._log.started(request.context.call_id, data, durable=durable, doubt=doubt)
        return await self._gate.perform(request, self._log, args)

    async def _give_up(self) -> CallResult:
        tool = self._request.tool
        message = (
            f"{tool} may have had its effect before its worker was lost, and is not run again."
        )
        data: JsonObject = {"tool": tool, "error": {"code": "in_doubt", "message": message}}
        doubt = doubt_data(self._manifest, "fail")
        await self._log.ended(self._request.context.call_id, "failed", data, doubt)
        return CallResult(False, None, "in_doubt", message)

    async def _deny(self, decision: Decision, answer: Answer | None) -> CallResult:
        tool, why = self._request.tool, decision.why
        if answer is not None and answer.by:
            why = f"{answer.by} said no" + (f": {answer.reason}" if answer.reason else ".")
        elif answer is not None:
            why = "Nobody answered in time."
        code = "policy_denied" if answer is None else "approval_denied"
        message = f"The call of {tool} was denied ({decision.rule}): {why}"
        data: JsonObject = {
            "tool": tool,
            "args": self._request.args,
            "rule": decision.rule,
            "why": why,
            "error": {"code": code, "message": message},
        }
        await self._log.ended(self._request.context.call_id, "denied", data)
        return CallResult(False, None, code, message)
