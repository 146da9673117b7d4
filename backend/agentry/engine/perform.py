"""Work on one leased task: an agent's turns or one tool call, then report how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agentry.agents.loop import AgentTask
from agentry.agents.loop import work as work_on
from agentry.agents.messages import ToolCall
from agentry.agents.model import Model
from agentry.base.errors import AgentryError
from agentry.base.failpoint import failpoint
from agentry.base.json import Json, JsonObject
from agentry.engine.bell import Delta
from agentry.engine.change import error_of
from agentry.engine.engine import Engine
from agentry.engine.memory import History, TaskMemory, no_history
from agentry.engine.pen import Parked, TaskLog
from agentry.engine.plan import PlanAgent
from agentry.engine.reserve import Price, bounded, no_price
from agentry.engine.turns import TurnPen
from agentry.engine.work import Work
from agentry.flow.expr import resolve
from agentry.journal.events import Draft
from agentry.policy.calls import GateRequest
from agentry.policy.gate import Gate
from agentry.tools.port import CallContext, CallResult, Mount
from agentry.tools.registry import Registry


@dataclass(frozen=True, slots=True)
class Bench:
    """What a task is worked on with. `secret` reads a secret by name.

    `incident` notes a fault and names it. `price` says what a model's turn costs;
    `history` reads a run's events.
    """

    engine: Engine
    gate: Gate
    registry: Registry
    model: Callable[[str], Model]
    runs_folder: Path
    secret: Callable[[str], str | None]
    incident: Callable[[BaseException], str]
    price: Price = no_price
    history: History = no_history


class TaskFailed(AgentryError):
    """The task's work came to nothing; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


async def perform(bench: Bench, work: Work) -> None:
    """Work on `work` and report its outcome. Raises `LeaseLost`.

    Anything else becomes a failed task.
    """
    lease = work.lease

    def show(turn: int, text: str) -> None:
        bench.engine.show(Delta(lease.run_id, lease.path, turn, text))

    log = TaskLog(work, bench.engine.report, show)
    try:
        output = await (_agent if work.task.kind == "agent" else _tool)(bench, work, log)
    except Parked:
        return
    except asyncio.CancelledError:
        raise
    except AgentryError as problem:
        if problem.code == "lease_lost":
            raise
        await _end(bench, work, error_of(problem.code, f"{problem.detail} {problem.hint}".strip()))
        return
    except Exception as fault:
        name = bench.incident(fault)
        await _end(
            bench,
            work,
            error_of(
                "internal_error", f"Task {lease.path!r} met a fault of Agentry's own ({name})."
            ),
        )
        return
    finally:
        log.drop()
    data: JsonObject = {"kind": work.task.kind, "output": output}
    failpoint("outcome.before")
    await bench.engine.report(lease, [Draft("task.completed", lease.path, lease.attempt, data)])
    failpoint("outcome.after")


async def _end(bench: Bench, work: Work, error: JsonObject) -> None:
    lease = work.lease
    data: JsonObject = {"kind": work.task.kind, "error": error}
    failpoint("failure.before")
    await bench.engine.report(lease, [Draft("task.failed", lease.path, lease.attempt, data)])


async def _tool(bench: Bench, work: Work, log: TaskLog) -> Json:
    args = work.given.get("args")
    call = ToolCall(
        f"{work.lease.path}#{work.lease.attempt}/call-0",
        work.task.tool,
        args if isinstance(args, dict) else {},
    )
    result = await _Toolbox(bench, work, log, None).call(call)
    if not result.ok:
        raise TaskFailed(result.error_code, result.message)
    return result.output


async def _agent(bench: Bench, work: Work, log: TaskLog) -> Json:
    agent = work.plan.agents[work.task.agent]
    prompt = resolve(agent.prompt, work.scope)
    task = AgentTask(
        key=f"{work.lease.path}#{work.lease.attempt}",
        agent=agent.name,
        model=agent.model,
        provider=agent.provider,
        options=bounded(agent.options) if work.limited else agent.options,
        prompt=prompt if isinstance(prompt, str) else str(prompt),
        input=work.given.get("input"),
        offers=bench.registry.offers(agent.tools),
        output_schema=work.task.output_schema,
        max_turns=agent.max_turns,
        context=work.scope,
    )
    toolbox = _Toolbox(bench, work, log, agent)
    turns = TurnPen(work, log, agent.provider, bench.price)
    answer = await work_on(task, bench.model(agent.provider), toolbox, turns)
    return answer.output


class _Toolbox:
    """A task's way to its tools: through the gate, with the run's workspace and environment."""

    def __init__(self, bench: Bench, work: Work, log: TaskLog, agent: PlanAgent | None) -> None:
        self._bench = bench
        self._work = work
        self._log = log
        self._agent = agent

    async def call(self, call: ToolCall) -> CallResult:
        lease = self._work.lease
        folder = self._bench.runs_folder / lease.run_id / "workspace"
        folder.mkdir(parents=True, exist_ok=True)
        env, secrets = self._environment()
        context = CallContext(
            run_id=lease.run_id,
            path=lease.path,
            call_id=call.call_id,
            workspace=folder,
            env=env,
            mounts=mounts_of(self._work),
            key=key_of(self._work, call.call_id),
            fence=lease.fence,
            memory=TaskMemory(self._work, self._log, self._bench.history),
            secrets=secrets,
        )
        request = GateRequest(
            call.tool,
            call.args,
            self._agent.name if self._agent else None,
            self._work.by,
            context,
            secrets,
            attended=self._work.attended,
            counted=self._work.counted,
        )
        return await self._bench.gate.call(request, self._log)

    def _environment(self) -> tuple[dict[str, str], tuple[str, ...]]:
        plain: JsonObject = {**self._work.env}
        if self._agent is not None:
            plain.update(self._agent.env)
        given = self._work.given.get("env")
        if isinstance(given, dict):
            plain.update(given)
        env: dict[str, str] = {}
        secrets: list[str] = []
        for name, value in {**self._work.plan.env, **plain}.items():
            if isinstance(value, dict) and isinstance(value.get("secret"), str):
                secret = self._bench.secret(str(value["secret"]))
                if secret is None:
                    raise TaskFailed("secret_missing", f"Secret {value['secret']!r} is not set.")
                env[name] = secret
                secrets.append(secret)
            elif isinstance(value, str | int | float):
                env[name] = value if isinstance(value, str) else str(value)
        return env, tuple(secrets)


def key_of(work: Work, call_id: str) -> str:
    """Return the idempotency key of a call.

    A tool task asks for the same thing in each attempt, so a retry has the key of the first: what
    looked like a failure may have had its effect. An agent's retry is another conversation.
    """
    run_id, path = work.lease.run_id, work.lease.path
    call = f"{path}/call-0" if work.task.kind == "tool" else call_id
    return f"agentry:{run_id}:{call}"


def mounts_of(work: Work) -> tuple[Mount, ...]:
    """Return the folders that the run was lent: inputs whose schema says `format: folder`."""
    return tuple(
        Mount(name, Path(str(work.inputs[name])))
        for name, schema in work.plan.inputs.items()
        if schema.get("format") == "folder" and work.inputs.get(name)
    )
