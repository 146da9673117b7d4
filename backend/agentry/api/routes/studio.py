"""What this studio is made of: release, folders, sandbox, model providers; and logging in."""

from __future__ import annotations

import os
from collections.abc import Sequence

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from agentry import __version__
from agentry.api import bodies, views
from agentry.api.errors import AnyRequest, says
from agentry.api.given import Studio
from agentry.api.token import COOKIE, cookie_value, same
from agentry.base.errors import AgentryError
from agentry.models.providers import ready
from agentry.tools.port import Health

PROVIDERS = ("scripted", "openai", "anthropic", "ollama")
_DAYS_30 = 30 * 24 * 3600


class WrongToken(AgentryError):
    """The token is not this studio's."""

    code, status = "wrong_token", 401

    def __init__(self) -> None:
        super().__init__(
            "That is not this studio's token.", hint="It is what AGENTRY_TOKEN was set to."
        )


@get("/studio", operation_id="getStudio", tags=["studio"], summary="What this studio is made of")
async def get_studio(studio: Studio) -> views.StudioState:
    return views.StudioState(
        version=__version__,
        folder=str(studio.flows.folder),
        home=str(studio.settings.home),
        sandbox=sandbox_of(await studio.performer.probe()),
        models=[
            views.ProviderState(provider=name, ready=ready(name, os.environ)) for name in PROVIDERS
        ],
    )


def sandbox_of(healths: Sequence[Health]) -> views.SandboxState:
    """Return the sandbox that calls get (strongest first), or why there is none."""
    for health in healths:
        if health.healthy:
            return views.SandboxState(
                backend=health.backend,
                isolation=health.isolation.name.lower(),
                healthy=True,
                reason=None,
            )
    found = " ".join(f"{health.backend}: {health.detail}" for health in healths)
    return views.SandboxState(
        backend=None,
        isolation=None,
        healthy=False,
        reason=found or "This release knows no sandbox for this machine.",
    )


@post(
    "/login",
    operation_id="logIn",
    tags=["studio"],
    summary="Trade the token for a cookie",
    status_code=204,
    responses=says((401, views.Problem, "Not this studio's token")),
)
async def log_in(
    studio: Studio, request: AnyRequest, data: JSONBody[bodies.Login]
) -> Response[None]:
    token = studio.settings.token
    if token is None or not same(data.token, token):
        raise WrongToken
    cookie = Cookie(
        key=COOKIE,
        value=cookie_value(token),
        max_age=_DAYS_30,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return Response(None, cookies=[cookie])


routes = [get_studio, log_in]
