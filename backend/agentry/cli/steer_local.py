"""Steer runs without a server: the bodies and answers of REST, on the studio of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import ValidationError

from agentry.api import orders
from agentry.api.bodies import Given
from agentry.api.convert import summary_of
from agentry.api.routes.control import trial_of
from agentry.base.errors import BadRequest
from agentry.base.json import JsonObject
from agentry.engine.control import Control, Wish

if TYPE_CHECKING:
    from agentry.wiring import App

G = TypeVar("G", bound=Given)


async def steer(app: App, run_id: str, verb: str, body: JsonObject, by: str) -> JsonObject:
    """Do to a run what `POST /runs/{run_id}/{verb}` does; return what it answers."""
    if verb == "messages":
        given = _read(orders.MessageGiven, body)
        fresh = await app.control.send(
            run_id, given.name, given.payload, by=by, msg_id=given.msg_id
        )
        return {"repeated": not fresh}
    goes_on = await _VERBS[verb](app.control, run_id, body, by)
    summary = await asyncio.to_thread(app.runs.summary, goes_on)
    return cast("JsonObject", summary_of(summary).model_dump(mode="json"))


async def _pause(control: Control, run_id: str, body: JsonObject, by: str) -> str:
    await control.pause(run_id, by=by, reason=_read(orders.Pause, body).reason)
    return run_id


async def _continue(control: Control, run_id: str, body: JsonObject, by: str) -> str:
    return await control.go_on(run_id, by=by, budget=_read(orders.Continue, body).budget)


async def _fork(control: Control, run_id: str, body: JsonObject, by: str) -> str:
    given = _read(orders.ForkWanted, body)
    trial = None if given.trial is None else trial_of(given.trial)
    wish = Wish(given.at_seq, given.from_path, given.inputs, dict(given.outputs), trial)
    return await control.fork(run_id, by=by, wish=wish)


async def _breakpoints(control: Control, run_id: str, body: JsonObject, by: str) -> str:
    await control.set_breakpoints(run_id, _read(orders.Breakpoints, body).paths, by=by)
    return run_id


async def _release(control: Control, run_id: str, body: JsonObject, by: str) -> str:
    given = _read(orders.Release, body)
    await control.release(
        run_id, given.path, given.how, by=by, given=given.given, output=given.output
    )
    return run_id


_VERBS: dict[str, Callable[[Control, str, JsonObject, str], Awaitable[str]]] = {
    "pause": _pause,
    "continue": _continue,
    "forks": _fork,
    "breakpoints": _breakpoints,
    "release": _release,
}


def _read(model: type[G], body: JsonObject) -> G:
    try:
        return model.model_validate(body)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequest(f"{where}: {first['msg']}.") from None
