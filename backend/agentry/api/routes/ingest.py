"""What the two addresses that start runs take and answer, for the OpenAPI document alone.

`agentry.api.ingest` answers them, in front of these routes.
"""

from __future__ import annotations

from typing import Annotated

from litestar import post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody

from agentry.api import bodies, views
from agentry.api.errors import says

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        max_length=200,
        description="The same key with the same body gives the same run, however often it is sent.",
    ),
]
NOT_STARTED = views.FlowProblem | views.InputsProblem | views.Problem
_RESPONSES = {
    200: ResponseSpec(
        views.RunAnswer, description="`wait` was given and the run completed in that time",
        generate_examples=False,
    ),
    **says(
        (404, views.Problem, "No such flow"),
        (422, NOT_STARTED, "The flow has errors, or the inputs or the key do not fit"),
        (424, views.RunProblem, "`wait` was given and the run ended without outputs"),
        (429, views.Problem, "Too much at once: nothing was started; see Retry-After"),
    ),
}  # fmt: skip
_WAIT = (
    "With `wait` the answer comes when the run has ended, or as 202 when the time is over; the run "
    "goes on either way."
)


@post(
    "/flows/{name:str}/runs",
    operation_id="startRun",
    tags=["runs"],
    summary="Start a run of a stored flow",
    description=_WAIT,
    status_code=202,
    responses=_RESPONSES,
)
async def start_run(
    name: FromPath[str], data: JSONBody[bodies.RunStart], idempotency_key: IdempotencyKey = None
) -> views.RunStarted:
    raise NotImplementedError


@post(
    "/invoke",
    operation_id="invoke",
    tags=["runs"],
    summary="Start a run of the flow that the body names",
    description=_WAIT,
    status_code=202,
    responses=_RESPONSES,
)
async def invoke(
    data: JSONBody[bodies.Invoke], idempotency_key: IdempotencyKey = None
) -> views.RunStarted:
    raise NotImplementedError


described = [start_run, invoke]
