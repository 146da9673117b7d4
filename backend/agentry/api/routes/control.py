"""Steer runs: pause, continue, fork, send a message, hold tasks and let them go."""

from __future__ import annotations

import asyncio
from typing import Annotated

from litestar import post, put
from litestar.params import FromPath, HeaderParameter, JSONBody

from agentry.api import orders, views
from agentry.api.convert import summary_of
from agentry.api.errors import says
from agentry.api.given import Studio, person
from agentry.base.json import JsonObject
from agentry.engine.control import Wish

NONE = (404, views.Problem, "No such run")
OVER = (409, views.Problem, "It is over")
UNFIT = (422, views.Problem, "It does not fit the run's flow")
Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key", max_length=200)]


@post(
    "/runs/{run_id:str}/pause",
    operation_id="pauseRun",
    tags=["runs"],
    summary="Let a run begin nothing new",
    status_code=202,
    responses=says(NONE, OVER),
)
async def pause_run(
    studio: Studio, run_id: FromPath[str], data: JSONBody[orders.Pause]
) -> views.RunSummary:
    await studio.control.pause(run_id, by=person(), reason=data.reason)
    return await _summary(studio, run_id)


@post(
    "/runs/{run_id:str}/continue",
    operation_id="continueRun",
    tags=["runs"],
    summary="Let a paused run go on, or continue one that ended badly as a new run",
    status_code=202,
    responses=says(NONE, (409, views.Problem, "It has completed")),
)
async def continue_run(
    studio: Studio, run_id: FromPath[str], data: JSONBody[orders.Continue]
) -> views.RunSummary:
    goes_on = await studio.control.go_on(run_id, by=person(), budget=data.budget)
    return await _summary(studio, goes_on)


@post(
    "/runs/{run_id:str}/forks",
    operation_id="forkRun",
    tags=["runs"],
    summary="A new run that starts where this one stood",
    status_code=202,
    responses=says(NONE, UNFIT),
)
async def fork_run(
    studio: Studio,
    run_id: FromPath[str],
    data: JSONBody[orders.ForkWanted],
    idempotency_key: Key = None,
) -> views.RunSummary:
    trial = None if data.trial is None else trial_of(data.trial)
    wish = Wish(data.at_seq, data.from_path, data.inputs, dict(data.outputs), trial)
    made = await studio.control.fork(run_id, by=person(), wish=wish, idem_key=idempotency_key)
    return await _summary(studio, made)


@post(
    "/flows/{name:str}/trials",
    operation_id="tryFlow",
    tags=["flows"],
    summary="A run of a flow that is being developed: pins, one task, breakpoints, steps",
    status_code=202,
    responses=says((404, views.Problem, "No such flow"), (422, views.FlowProblem, "It cannot run")),
)
async def try_flow(
    studio: Studio, name: FromPath[str], data: JSONBody[orders.TrialStart]
) -> views.RunStarted:
    flow = await asyncio.to_thread(studio.flows.read, name)
    accepted = await studio.accept(flow, data.inputs, by=person(), trial=trial_of(data))
    return views.RunStarted(run_id=accepted.run_id)


@post(
    "/runs/{run_id:str}/messages",
    operation_id="sendMessage",
    tags=["runs"],
    summary="Give a run a message that one of its tasks waits for, now or later",
    status_code=202,
    responses=says(NONE, OVER, (429, views.Problem, "It keeps too many already")),
)
async def send_message(
    studio: Studio, run_id: FromPath[str], data: JSONBody[orders.MessageGiven]
) -> views.MessageTaken:
    fresh = await studio.control.send(
        run_id, data.name, data.payload, by=person(), msg_id=data.msg_id
    )
    return views.MessageTaken(repeated=not fresh)


@put(
    "/runs/{run_id:str}/breakpoints",
    operation_id="setBreakpoints",
    tags=["runs"],
    summary="Hold these tasks before they begin",
    responses=says(NONE, OVER, UNFIT),
)
async def set_breakpoints(
    studio: Studio, run_id: FromPath[str], data: JSONBody[orders.Breakpoints]
) -> views.RunSummary:
    await studio.control.set_breakpoints(run_id, data.paths, by=person())
    return await _summary(studio, run_id)


@post(
    "/runs/{run_id:str}/release",
    operation_id="releaseTask",
    tags=["runs"],
    summary="Let a held task go on, step, or skip it",
    status_code=202,
    responses=says(NONE, (409, views.Problem, "It is not held")),
)
async def release_task(
    studio: Studio, run_id: FromPath[str], data: JSONBody[orders.Release]
) -> views.RunSummary:
    await studio.control.release(
        run_id, data.path, data.how, by=person(), given=data.given, output=data.output
    )
    return await _summary(studio, run_id)


def trial_of(asked: orders.Trial) -> JsonObject:
    """Return a trial as `run.accepted` holds it: only what was asked for."""
    said = asked.model_dump(mode="json", exclude={"inputs"})
    return {name: value for name, value in said.items() if value}


async def _summary(studio: Studio, run_id: str) -> views.RunSummary:
    return summary_of(await asyncio.to_thread(studio.runs.summary, run_id))


routes = [
    pause_run,
    continue_run,
    fork_run,
    try_flow,
    send_message,
    set_breakpoints,
    release_task,
]
