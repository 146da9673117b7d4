"""What starts flows by itself: see it, turn it on and off; and where calls from outside come in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Request, get, post, put
from litestar.params import FromPath, JSONBody

from agentry.api import views
from agentry.api.errors import says
from agentry.api.given import Studio
from agentry.api.guard import HOOKS, seen_in
from agentry.api.orders import Turn
from agentry.api.token import admits
from agentry.base.errors import BadRequest
from agentry.base.ids import new_id
from agentry.base.json import Json, JsonObject, decode
from agentry.triggers.port import Trigger
from agentry.triggers.signature import BadSignature, Call, call_id, check
from agentry.triggers.times import coming

NO_FLOW = (404, views.Problem, "No such flow")
_KEPT_HEADERS = ("content-type", "user-agent", "x-github-event", "webhook-id")


def trigger_of(trigger: Trigger, now: int) -> views.Trigger:
    """Return a trigger as REST shows it; secrets are names, so nothing has to be hidden."""
    hook = trigger.kind == "webhook"
    times = coming(trigger.spec, now) if trigger.enabled and not hook else []
    return views.Trigger(
        trigger_id=trigger.trigger_id,
        flow=trigger.flow,
        name=trigger.name,
        kind=trigger.kind,
        spec=trigger.spec,
        enabled=trigger.enabled,
        next_at=trigger.next_at,
        coming=times,
        last_at=trigger.last_at,
        url=f"{HOOKS}{trigger.trigger_id}" if hook else None,
    )


@get(
    "/triggers",
    operation_id="listTriggers",
    tags=["triggers"],
    summary="What starts flows of the folder by itself",
    responses=says(),
)
async def list_triggers(studio: Studio) -> views.TriggerList:
    return _list(studio, await studio.triggers.all())


@get(
    "/flows/{name:str}/triggers",
    operation_id="listFlowTriggers",
    tags=["triggers"],
    summary="What starts this flow by itself",
    responses=says(NO_FLOW),
)
async def flow_triggers(studio: Studio, name: FromPath[str]) -> views.TriggerList:
    return _list(studio, await studio.triggers.all(name))


@put(
    "/flows/{name:str}/triggers",
    operation_id="turnTriggers",
    tags=["triggers"],
    summary="Let this flow's `on:` start it from now on, or no longer",
    responses=says(NO_FLOW, (409, views.Problem, "It has no `on:`")),
)
async def turn_triggers(
    studio: Studio, name: FromPath[str], data: JSONBody[Turn]
) -> views.TriggerList:
    return _list(studio, await studio.triggers.turn(name, on=data.enabled))


@post(
    "/hooks/{trigger_id:str}",
    operation_id="callWebhook",
    tags=["triggers"],
    summary="Start a flow by a signed call from outside",
    description="Signed as Standard Webhooks says, or as GitHub does. The same id starts one run.",
    status_code=202,
    responses=says(
        (401, views.Problem, "The signature does not fit, or the webhook is turned off"),
        (429, views.Problem, "The studio has too much to do"),
    ),
)
async def call_hook(
    studio: Studio, request: Request[Any, Any, Any], trigger_id: FromPath[str]
) -> views.RunStarted:
    found = [one for one in await studio.triggers.all() if one.trigger_id == trigger_id]
    if not found or not found[0].enabled or found[0].kind != "webhook":
        # Whoever cannot sign is not told which webhooks there are.
        raise BadSignature("there is no such webhook, or it is turned off")
    seen = seen_in(request.scope)
    call = Call(seen.headers, await request.body())
    now = studio.clock.now_ms()
    key = _signed(studio, found[0], call, now, seen.cookie)
    event: JsonObject = {
        "id": key,
        "received_at": now,
        "body": await asyncio.to_thread(_body, call),
        "headers": {name: seen.headers[name] for name in _KEPT_HEADERS if name in seen.headers},
    }
    run_id, _again = await studio.triggers.call(trigger_id, key, event)
    return views.RunStarted(run_id=run_id)


def _signed(studio: Studio, trigger: Trigger, call: Call, now: int, cookie: str | None) -> str:
    """Return the id of a call that may come in; raise `BadSignature`."""
    name = trigger.spec.get("secret")
    if isinstance(name, str):
        secret = studio.secret(name)
        if secret is None:
            raise BadSignature(f"secret {name!r} is not set here")
        return check(call, secret, now)
    token = studio.settings.token
    if token is not None and not admits(token, call.headers.get("authorization"), cookie):
        raise BadSignature("its flow names no secret, so it needs the studio's token")
    return call_id(call) or new_id("hook", now)


def _body(call: Call) -> Json:
    if not call.body:
        return None
    try:
        return decode(call.body.decode())
    except (ValueError, RecursionError):
        raise BadRequest("The body cannot be read: it is not JSON.") from None


def _list(studio: Studio, found: Sequence[Trigger]) -> views.TriggerList:
    now = studio.clock.now_ms()
    return views.TriggerList(triggers=[trigger_of(trigger, now) for trigger in found])


routes = [list_triggers, flow_triggers, turn_triggers, call_hook]
