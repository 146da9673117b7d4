"""Runs: list, read, cancel, their events and their trace."""

from __future__ import annotations

import asyncio
from typing import Annotated

from litestar import get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from agentry.api import bodies, views
from agentry.api.convert import run_of, summary_of
from agentry.api.errors import says
from agentry.api.given import Studio, person

FlowFilter = Annotated[str | None, QueryParameter()]
StatusFilter = Annotated[views.RunStatus | None, QueryParameter()]
Limit = Annotated[int, QueryParameter(ge=1, le=500)]
Before = Annotated[str | None, QueryParameter()]
NO_RUN = says((404, views.Problem, "No such run"))


@get(
    "/runs",
    operation_id="listRuns",
    tags=["runs"],
    summary="Runs, newest first",
    responses=says(),
)
async def list_runs(
    studio: Studio,
    flow: FlowFilter = None,
    status: StatusFilter = None,
    limit: Limit = 50,
    before: Before = None,
) -> views.RunPage:
    found = await asyncio.to_thread(studio.runs.summaries, flow, status, limit + 1, before)
    shown = [summary_of(run) for run in found[:limit]]
    return views.RunPage(runs=shown, next=shown[-1].run_id if len(found) > limit else None)


@get(
    "/runs/{run_id:str}",
    operation_id="getRun",
    tags=["runs"],
    summary="One run with its inputs, outputs and the flow as it ran",
    responses=NO_RUN,
)
async def get_run(studio: Studio, run_id: FromPath[str]) -> views.Run:
    return run_of(await asyncio.to_thread(studio.runs.run, run_id))


@post(
    "/runs/{run_id:str}/cancel",
    operation_id="cancelRun",
    tags=["runs"],
    summary="Stop a run",
    status_code=202,
    responses=says((404, views.Problem, "No such run"), (409, views.Problem, "It is over")),
)
async def cancel_run(
    studio: Studio, run_id: FromPath[str], data: JSONBody[bodies.Cancel]
) -> views.RunSummary:
    await studio.cancel(run_id, by=person(), reason=data.reason)
    return summary_of(await asyncio.to_thread(studio.runs.summary, run_id))


@get(
    "/runs/{run_id:str}/trace",
    operation_id="getTrace",
    tags=["runs"],
    summary="The run's trace as JSON Lines: header, events, trailer",
    media_type="application/x-ndjson",
    responses=NO_RUN
    | {
        200: ResponseSpec(
            str,
            media_type="application/x-ndjson",
            description="Request fulfilled, document follows",
            generate_examples=False,
        )
    },
)
async def get_trace(studio: Studio, run_id: FromPath[str]) -> Stream:
    pieces = await asyncio.to_thread(studio.trace, run_id)
    name = f'attachment; filename="{run_id}.jsonl"'
    headers = {"Content-Disposition": name}
    return Stream(pieces, media_type="application/x-ndjson", headers=headers)


routes = [list_runs, get_run, cancel_run, get_trace]
