"""Whatever goes wrong becomes `{error, detail, hint}`; a stack trace never leaves the machine."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeAlias, cast

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec

from agentry.api import views
from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.engine.errors import BadInputs, FlowHasErrors
from agentry.engine.intake import Busy
from agentry.store.flowfiles import StaleRevision

AnyRequest: TypeAlias = Request[Any, Any, Any]
NoteIncident: TypeAlias = Callable[[BaseException], str]
Handlers: TypeAlias = dict[int | type[Exception], Callable[[AnyRequest, Any], Response[Any]]]

SENTENCES = {
    401: "This studio asks for its token.",
    404: "Nothing is here.",
    405: "This address does not take that method.",
    413: "The request is too large.",
    415: "The body must be JSON.",
    429: "Too many requests at once.",
}


def problem(status: int, code: str, detail: str, hint: str = "") -> Response[JsonObject]:
    """Return an answer that says what went wrong."""
    body = {"error": code, "detail": detail, "hint": hint}
    return Response(cast(JsonObject, body), status_code=status, media_type="application/json")


def says(*problems: tuple[int, Any, str]) -> dict[int, ResponseSpec]:
    """Declare what a route answers when it refuses, for the OpenAPI document."""
    always = (400, views.Problem, "The request cannot be read")
    return {
        status: ResponseSpec(view, description=meaning, generate_examples=False)
        for status, view, meaning in (always, *problems)
    }


def handlers(note_incident: NoteIncident) -> Handlers:
    """Return what Litestar does with each exception; `note_incident` keeps a fault's trace."""

    def unexpected(_request: AnyRequest, fault: Exception) -> Response[JsonObject]:
        return Response(noted(fault, note_incident), status_code=500, media_type="application/json")

    def http(request: AnyRequest, fault: HTTPException) -> Response[JsonObject]:
        if fault.status_code >= 500:
            return unexpected(request, fault)
        return _refused(request, fault)

    def letters(request: AnyRequest, fault: UnicodeDecodeError) -> Response[JsonObject]:
        if not _while_reading(fault):
            return unexpected(request, fault)
        return problem(400, "bad_request", "The body cannot be read: it is not UTF-8 text.")

    def deep(request: AnyRequest, fault: RecursionError) -> Response[JsonObject]:
        if not _while_reading(fault):
            return unexpected(request, fault)
        return problem(400, "bad_request", "The body cannot be read: it is nested too deeply.")

    return {
        AgentryError: _said,
        RecursionError: deep,
        HTTPException: http,
        UnicodeDecodeError: letters,
        Exception: unexpected,
    }


def noted(fault: BaseException, note_incident: NoteIncident) -> JsonObject:
    """Keep a fault and return the body that names it."""
    incident = note_incident(fault)
    return {
        "error": "unexpected",
        "detail": f"Something went wrong inside the studio (incident {incident}).",
        "hint": "The data folder's logs hold what happened under that name.",
        "incident": incident,
    }


def _while_reading(fault: BaseException) -> bool:
    # Litestar lets this one through where JSON text holds bytes that are no letters.
    frames = traceback.walk_tb(fault.__traceback__)
    return any(frame.f_code.co_name == "decode_json" for frame, _ in frames)


def _said(_request: AnyRequest, error: AgentryError) -> Response[JsonObject]:
    body, headers = told(error)
    return Response(body, status_code=error.status, media_type="application/json", headers=headers)


def told(error: AgentryError) -> tuple[JsonObject, dict[str, str]]:
    """Return the body and the headers with which an error answers."""
    body = {"error": error.code, "detail": error.detail, "hint": error.hint, **_more(error)}
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, Busy) else {}
    return cast(JsonObject, body), headers


def _more(error: AgentryError) -> dict[str, object]:
    if isinstance(error, FlowHasErrors):
        found = [views.Diagnostic.model_validate(item) for item in error.diagnostics]
        return {"diagnostics": [item.model_dump() for item in found]}
    if isinstance(error, BadInputs):
        return {"problems": error.problems}
    if isinstance(error, StaleRevision):
        return {"current": {"text": error.current.text, "revision": error.current.revision}}
    return {}


def _refused(request: AnyRequest, fault: HTTPException) -> Response[JsonObject]:
    status = fault.status_code
    try:
        code = HTTPStatus(status).name.lower()
    except ValueError:
        code = f"http_{status}"
    if isinstance(fault, ValidationException):
        return problem(400, "bad_request", _what_does_not_fit(fault))
    if status == 400:
        return problem(400, "bad_request", f"The body cannot be read: {_sentence(fault.detail)}")
    if status == 404:
        return problem(404, "not_found", f"Nothing is at {request.url.path!r}.")
    return problem(status, code, SENTENCES.get(status, _sentence(fault.detail)))


def _what_does_not_fit(fault: ValidationException) -> str:
    extra: object = fault.extra
    found = cast("list[dict[str, object]]", extra) if isinstance(extra, list) else []
    parts = [_one_misfit(item) for item in found[:3]]
    if not parts:
        return f"The request cannot be read: {_sentence(fault.detail)}"
    more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
    return f"The request does not fit: {'; '.join(parts)}{more}."


def _one_misfit(item: dict[str, object]) -> str:
    key = str(item.get("key") or "")
    message = str(item.get("message") or "it cannot be used").rstrip(".")
    source = str(item.get("source") or "body").rpartition(".")[2].lower()
    place = f"{source} {key!r}: " if key and key != "data" else "body: "
    if message == "'data'":
        return "body: it is missing"
    if message == "Extra inputs are not permitted":
        return f"{place}no such field is known"
    return place + message[:1].lower() + message[1:]


def _sentence(text: str) -> str:
    text = text.strip() or "it is not valid"
    return text if text.endswith(".") else f"{text}."
