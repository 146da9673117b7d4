"""Errors that reach a person: one sentence, a stable code, a status, a way out."""

from __future__ import annotations


class AgentryError(Exception):
    """Say what is wrong and where in `detail`, and what to do in `hint`.

    `code` is stable and documented; `status` is the HTTP status it answers with.
    """

    code = "error"
    status = 500

    def __init__(self, detail: str, *, hint: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint


class BadRequest(AgentryError):
    """What was asked cannot be understood."""

    code, status = "bad_request", 400


class NotFound(AgentryError):
    """What was named does not exist."""

    code, status = "not_found", 404

    def __init__(self, kind: str, name: str, *, hint: str = "") -> None:
        super().__init__(f"No {kind} {name!r} exists.", hint=hint)


class Conflict(AgentryError):
    """What was asked no longer fits what is there."""

    code, status = "conflict", 409
