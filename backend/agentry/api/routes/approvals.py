"""Approvals: what people are asked, and what they answer."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from agentry.api import bodies, views
from agentry.api.convert import approval_of
from agentry.api.errors import says
from agentry.api.given import Studio, person

Which = Annotated[Literal["open", "decided"] | None, QueryParameter()]


@get(
    "/approvals",
    operation_id="listApprovals",
    tags=["approvals"],
    summary="Questions to people",
    responses=says(),
)
async def list_approvals(studio: Studio, status: Which = None) -> views.ApprovalList:
    """Open ones oldest first, decided ones newest first."""
    found = await asyncio.to_thread(studio.runs.approvals, status)
    return views.ApprovalList(approvals=[approval_of(item) for item in found])


@get(
    "/approvals/{approval_id:str}",
    operation_id="getApproval",
    tags=["approvals"],
    summary="One question",
    responses=says((404, views.Problem, "No such approval")),
)
async def get_approval(studio: Studio, approval_id: FromPath[str]) -> views.Approval:
    return approval_of(await asyncio.to_thread(studio.runs.approval, approval_id))


@post(
    "/approvals/{approval_id:str}/decision",
    operation_id="decideApproval",
    tags=["approvals"],
    summary="Answer a question, once",
    status_code=200,
    responses=says(
        (403, views.Problem, "Somebody else is asked"),
        (404, views.Problem, "No such approval"),
        (409, views.Problem, "It is decided already, or the run is over"),
    ),
)
async def decide_approval(
    studio: Studio, approval_id: FromPath[str], data: JSONBody[bodies.Answer]
) -> views.Approval:
    await studio.decide(approval_id, data.decision, by=person(), reason=data.reason, args=data.args)
    return approval_of(await asyncio.to_thread(studio.runs.approval, approval_id))


routes = [list_approvals, get_approval, decide_approval]
