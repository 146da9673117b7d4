"""What happened and happens: events of a run, and the one stream of an open page."""

from __future__ import annotations

import asyncio
from typing import Annotated, TypeAlias, cast

import msgspec
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, QueryParameter, SkipValidation
from litestar.response import Stream

from agentry.api import views
from agentry.api.errors import AnyRequest, says
from agentry.api.given import Studio
from agentry.api.stream import Closing, follow_feed, follow_run, sse
from agentry.base.errors import BadRequest
from agentry.base.json import JsonObject, encode
from agentry.journal.events import EventType

Streams: TypeAlias = NamedDependency[SkipValidation[Closing]]
Limit = Annotated[int, QueryParameter(ge=1, le=5000)]
After = Annotated[int | None, QueryParameter(ge=0)]
RunFilter = Annotated[str | None, QueryParameter()]
LastEventId = Annotated[str | None, HeaderParameter(name="Last-Event-ID")]


class Event(msgspec.Struct):
    """One immutable event of a run; `path` '' is the run itself. `ts` in ms UTC."""

    v: int
    run_id: str
    seq: int
    ts: int
    type: EventType
    path: str
    attempt: int
    data: JsonObject
    call_id: str | None
    usage: JsonObject | None
    fence: int | None
    actor: str | None


class EventPage(msgspec.Struct):
    """Events in order; `done` once the run is over and the last one is in here or was before."""

    events: list[Event]
    last_seq: int
    done: bool


@get(
    "/runs/{run_id:str}/events",
    operation_id="getEvents",
    tags=["runs"],
    summary="A run's events as JSON, or as a stream with Accept: text/event-stream",
    description=(
        "The stream sends `journal` (id: seq; Last-Event-ID resumes), `delta` (words of a model, "
        "never stored) and `end` after the run's last event, then closes."
    ),
    responses=says((404, views.Problem, "No such run")),
)
async def get_events(
    studio: Studio,
    streams: Streams,
    request: AnyRequest,
    run_id: FromPath[str],
    after: After = None,
    limit: Limit = 1000,
    last_event_id: LastEventId = None,
) -> Response[EventPage]:
    summary = await asyncio.to_thread(studio.runs.summary, run_id)
    start = place(after, last_event_id)
    if "text/event-stream" in request.headers.get("accept", ""):
        return cast("Response[EventPage]", sse(follow_run(studio, streams, run_id, start)))
    events = await asyncio.to_thread(studio.runs.events, run_id, start, limit)
    seen = events[-1].seq if events else start
    page = {
        "events": events,
        "last_seq": summary.last_seq,
        "done": summary.ended_at is not None and seen >= summary.last_seq,
    }
    return cast("Response[EventPage]", Response(encode(page).encode(), media_type=MediaType.JSON))


@get(
    "/feed",
    operation_id="getFeed",
    tags=["runs"],
    summary="The one event stream of an open page",
    description=(
        "`changed` {run_id, flow, status, approvals_open} of any run; for `run_id` also `journal` "
        "(id: seq) and `delta`. Comments keep it alive; connect again with `after`."
    ),
    media_type="text/event-stream",
    responses=says((404, views.Problem, "No such run")),
)
async def get_feed(
    studio: Studio,
    streams: Streams,
    run_id: RunFilter = None,
    after: After = None,
    last_event_id: LastEventId = None,
) -> Stream:
    if run_id is not None:
        await asyncio.to_thread(studio.runs.summary, run_id)
    return sse(follow_feed(studio, streams, run_id, place(after, last_event_id)))


def place(after: int | None, last_event_id: str | None) -> int:
    """Return the seq to go on from: what the browser says it saw last wins over the address."""
    if last_event_id is None or last_event_id == "":
        return after or 0
    if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 15:
        raise BadRequest(f"Last-Event-ID must be a number, not {last_event_id[:40]!r}.")
    return int(last_event_id)


routes = [get_events, get_feed]
