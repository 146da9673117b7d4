"""Snapshots: what agents saved of what they knew."""

from __future__ import annotations

import asyncio

from litestar import get
from litestar.params import FromPath

from agentry.agents.snapshot import shown
from agentry.api import views
from agentry.api.errors import says
from agentry.api.given import Studio
from agentry.base.json import JsonObject

_NO_RUN = (404, views.Problem, "No such run")


class Snapshot(views.View):
    """`snapshot` is its name, which `load_state` takes; `bytes` its size as stored."""

    snapshot: str
    path: str
    seq: int
    label: str
    bytes: int
    created_at: int


class SnapshotList(views.View):
    snapshots: list[Snapshot]


class SnapshotState(views.View):
    """What an agent knew: the conversation as messages, what it used, and what it kept by name."""

    snapshot: str
    path: str
    attempt: int
    turns: int
    messages: list[JsonObject]
    usage: JsonObject | None
    data: JsonObject


@get(
    "/runs/{run_id:str}/snapshots",
    operation_id="listSnapshots",
    tags=["runs"],
    summary="What agents saved in a run",
    responses=says(_NO_RUN),
)
async def list_snapshots(studio: Studio, run_id: FromPath[str]) -> SnapshotList:
    """Oldest first."""
    await asyncio.to_thread(studio.runs.summary, run_id)
    found = await asyncio.to_thread(studio.snapshots.of_run, run_id)
    return SnapshotList(
        snapshots=[
            Snapshot(
                snapshot=item.name,
                path=item.path,
                seq=item.seq,
                label=item.label,
                bytes=item.bytes,
                created_at=item.created_at,
            )
            for item in found
        ]
    )


@get(
    "/runs/{run_id:str}/snapshots/{seq:int}",
    operation_id="getSnapshot",
    tags=["runs"],
    summary="What an agent knew when it saved",
    responses=says((404, views.Problem, "No such snapshot")),
)
async def get_snapshot(studio: Studio, run_id: FromPath[str], seq: FromPath[int]) -> SnapshotState:
    state = await asyncio.to_thread(studio.snapshots.state, run_id, seq)
    return SnapshotState.model_validate({"snapshot": f"{run_id}@{seq}", **shown(state)})


routes = [list_snapshots, get_snapshot]
