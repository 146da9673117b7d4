"""Flows: list, read, write, check."""

from __future__ import annotations

import asyncio
from statistics import median
from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import FromPath, HeaderParameter, JSONBody

from agentry.api import bodies, views
from agentry.api.convert import checked, diagnostics_of, graph_of, summary_of
from agentry.api.errors import says
from agentry.api.given import Studio
from agentry.base.errors import AgentryError
from agentry.flow.read import read
from agentry.store.flowfiles import FlowFile
from agentry.store.records import RunSummary

_RECENT = 12

IfMatch = Annotated[str | None, HeaderParameter(name="If-Match")]
IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]


class RevisionNeeded(AgentryError):
    """A flow is never written blindly."""

    code, status = "revision_needed", 428

    def __init__(self) -> None:
        super().__init__(
            "Saving a flow needs the revision that the change was made to.",
            hint='Send If-Match: "<revision>", or If-None-Match: * for a new flow.',
        )


@get("/flows", operation_id="listFlows", tags=["flows"], summary="Flows of the opened folder")
async def list_flows(studio: Studio) -> views.FlowList:
    def look() -> views.FlowList:
        return views.FlowList(
            flows=[
                _flow_summary(flow, studio.runs.summaries(flow.name, None, _RECENT, None))
                for flow in studio.flows.list()
            ]
        )

    return await asyncio.to_thread(look)


def _flow_summary(flow: FlowFile, runs: list[RunSummary]) -> views.FlowSummary:
    found = [item.severity for item in flow.reading.diagnostics]
    recent = [views.RecentRun.model_validate(run) for run in reversed(runs)]
    took = [run.duration_ms for run in runs if run.status == "completed" and run.duration_ms]
    costs = [run.usage.get("cost_usd") for run in runs if run.status == "completed"]
    known = [cost for cost in costs if isinstance(cost, int | float)]
    return views.FlowSummary(
        name=flow.name, title=flow.title, path=flow.path, revision=flow.revision,
        errors=found.count("error"), warnings=found.count("warning"), problem=flow.problem,
        last_run=summary_of(runs[0]) if runs else None, recent=recent,
        p50_ms=round(median(took)) if took else None,
        p50_cost_usd=median(known) if known else None,
        starts="By hand", edited_at=flow.edited_at,
    )  # fmt: skip


@get(
    "/flows/{name:str}",
    operation_id="getFlow",
    tags=["flows"],
    summary="One flow with its text, graph and findings",
    responses=says((404, views.Problem, "No such flow"), (422, views.Problem, "Unreadable file")),
)
async def get_flow(studio: Studio, name: FromPath[str]) -> Response[views.Flow]:
    def look() -> views.Flow:
        flow = studio.flows.read(name)
        document = flow.reading.document
        layout = studio.flows.layout(name)
        return views.Flow(
            name=flow.name, title=flow.title, path=flow.path, text=flow.text,
            revision=flow.revision, diagnostics=diagnostics_of(flow.reading),
            graph=graph_of(flow.reading), inputs={} if document is None else document.inputs,
            layout={path: views.Position(**place) for path, place in layout.items()},
        )  # fmt: skip

    found = await asyncio.to_thread(look)
    return Response(found, headers={"ETag": f'"{found.revision}"'})


@put(
    "/flows/{name:str}",
    operation_id="saveFlow",
    tags=["flows"],
    summary="Write a flow's text",
    responses=says(
        (404, views.Problem, "No such flow"),
        (409, views.StaleProblem, "The flow was changed since"),
        (428, views.Problem, "No revision was given"),
    ),
)
async def save_flow(
    studio: Studio,
    name: FromPath[str],
    data: JSONBody[bodies.FlowText],
    if_match: IfMatch = None,
    if_none_match: IfNoneMatch = None,
) -> Response[views.FlowSaved]:
    create = if_none_match == "*"
    base = None if if_match is None else if_match.removeprefix("W/").strip('"')
    if base is None and not create:
        raise RevisionNeeded
    flow = await asyncio.to_thread(
        studio.flows.write, name, data.text, if_match=base, create=create
    )
    await studio.triggers.follow(name)
    saved = views.FlowSaved(
        revision=flow.revision,
        diagnostics=diagnostics_of(flow.reading),
        edited_at=flow.edited_at,
    )
    return Response(saved, headers={"ETag": f'"{flow.revision}"'})


@put(
    "/flows/{name:str}/layout",
    operation_id="saveLayout",
    tags=["flows"],
    summary="Keep the places of moved cards beside the flow",
    responses=says((404, views.Problem, "No such flow")),
)
async def save_layout(
    studio: Studio, name: FromPath[str], data: JSONBody[bodies.LayoutGiven]
) -> views.Layout:
    positions = {path: {"x": at.x, "y": at.y} for path, at in data.positions.items()}
    await asyncio.to_thread(studio.flows.write_layout, name, positions)
    return views.Layout(positions=data.positions)


@post(
    "/flows/validate",
    operation_id="checkFlow",
    tags=["flows"],
    summary="Findings and graph of a text; nothing is stored or executed",
    status_code=200,
    responses=says(),
)
async def check_flow(studio: Studio, data: JSONBody[bodies.FlowDraft]) -> views.FlowChecked:
    def look() -> views.FlowChecked:
        loader = studio.flows.beside(data.name)
        return checked(read(data.text, name=data.name, loader=loader))

    return await asyncio.to_thread(look)


routes = [list_flows, get_flow, save_flow, save_layout, check_flow]
