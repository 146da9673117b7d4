"""The two addresses that start runs, served without Litestar: a burst of requests costs little.

Every request comes through the guard first. `routes.ingest` says in the OpenAPI document what is
taken and answered here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from agentry.api.answer import Answer, give
from agentry.api.bodies import Invoke, RunStart
from agentry.api.endings import Endings
from agentry.api.errors import SENTENCES, NoteIncident, noted, told
from agentry.api.given import person
from agentry.base.errors import AgentryError, BadRequest
from agentry.store.records import Ending

if TYPE_CHECKING:
    from agentry.wiring import App

INVOKE = "/api/v1/invoke"
BODY_BYTES = 5_000_000
KEY_LETTERS = 200
TRUE_WAIT_S = 60.0
_FLOWS, _RUNS = "/api/v1/flows/", "/runs"
_invoke = msgspec.json.Decoder(Invoke)
_run_start = msgspec.json.Decoder(RunStart)
T = TypeVar("T")


class TooLarge(AgentryError):
    """The body is longer than any request may be."""

    code, status = "request_entity_too_large", 413

    def __init__(self) -> None:
        super().__init__(SENTENCES[413])


class ClientGone(Exception):
    """The client went away; nobody is left to be answered."""


class Ingest:
    """Answers requests to start a run; hands all others on to `inner`."""

    def __init__(
        self, studio: App, endings: Endings, note_incident: NoteIncident, inner: ASGIApp
    ) -> None:
        self._studio = studio
        self._endings = endings
        self._note_incident = note_incident
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        flow = flow_in(scope["path"]) if scope["type"] == "http" else None
        if flow is None or scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        try:
            answer = await self._answer(flow, scope, receive)
        except AgentryError as error:
            body, headers = told(error)
            answer = Answer(error.status, body, headers)
        except ClientGone:
            return
        except Exception as fault:
            answer = Answer(500, noted(fault, self._note_incident))
        await give(answer, send)

    async def _answer(self, flow: str, scope: HTTPScope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            body = {"error": "method_not_allowed", "detail": SENTENCES[405], "hint": ""}
            return Answer(405, body, {"Allow": "POST"})
        key = _key_in(scope)
        content = await _body(scope, receive)
        if flow:
            given = _read(_run_start.decode, content)
        else:
            given = _read(_invoke.decode, content)
            flow = given.flow
        done = await self._studio.start(flow, given.inputs, by=person(), idem_key=key)
        headers = {"Location": f"/api/v1/runs/{done.run_id}"}
        if done.replayed:
            headers["Idempotency-Replayed"] = "true"
        if given.wait is not False:
            wait_s = TRUE_WAIT_S if given.wait is True else given.wait
            ending = await _unless_gone(receive, self._endings.of(done.run_id, wait_s))
            if ending is not None:
                return _ended(ending, headers)
        return Answer(202, {"run_id": done.run_id}, headers)


def flow_in(path: str) -> str | None:
    """Return the flow that an address names, '' where the body does, None for other addresses."""
    if path.startswith(_FLOWS):
        name = path[len(_FLOWS) :].removesuffix("/")
        if name.endswith(_RUNS):
            name = name.removesuffix(_RUNS)
            return name if name and "/" not in name else None
        return None
    return "" if path in (INVOKE, f"{INVOKE}/") else None


def _key_in(scope: HTTPScope) -> str | None:
    for name, value in scope["headers"]:
        if name == b"idempotency-key":
            if len(value) > KEY_LETTERS:
                raise BadRequest(f"Idempotency-Key can be {KEY_LETTERS} letters long at most.")
            return value.decode("latin-1") or None
    return None


async def _body(scope: HTTPScope, receive: Receive) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        parts.append(message["body"])
        length += len(message["body"])
        if length > BODY_BYTES:
            raise TooLarge
        if not message["more_body"]:
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _read(decode: Callable[[bytes], T], content: bytes) -> T:
    if not content:
        raise BadRequest("The request does not fit: body: it is missing.")
    try:
        return decode(content)
    except msgspec.ValidationError as misfit:
        said = str(misfit)
        raise BadRequest(f"The request does not fit: body: {said[:1].lower()}{said[1:]}.") from None
    except msgspec.DecodeError as broken:
        said = str(broken)
        raise BadRequest(f"The body cannot be read: {said[:1].lower()}{said[1:]}.") from None
    except UnicodeDecodeError:
        raise BadRequest("The body cannot be read: it is not UTF-8 text.") from None
    except RecursionError:
        raise BadRequest("The body cannot be read: it is nested too deeply.") from None


async def _unless_gone(receive: Receive, ending: Awaitable[Ending | None]) -> Ending | None:
    """Wait for the end of a run, but not for longer than the client does."""
    waits = asyncio.ensure_future(ending)
    leaves = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((waits, leaves), return_when=asyncio.FIRST_COMPLETED)
        if not waits.done():
            raise ClientGone
        return waits.result()
    finally:
        waits.cancel()
        leaves.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _ended(ending: Ending, headers: dict[str, str]) -> Answer:
    if ending.status == "completed":
        body = {"run_id": ending.run_id, "status": "completed", "outputs": ending.outputs}
        return Answer(200, body, headers)
    failure = None if ending.error is None else {"path": None, **ending.error}
    detail = f"The run {ending.run_id} ended as {ending.status}."
    if failure is not None and failure.get("message"):
        detail = str(failure["message"])
    body = {
        "error": f"run_{ending.status}",
        "detail": detail,
        "hint": f"See its events at /api/v1/runs/{ending.run_id}/events.",
        "run_id": ending.run_id,
        "status": ending.status,
        "failure": failure,
    }
    return Answer(424, body, headers)
