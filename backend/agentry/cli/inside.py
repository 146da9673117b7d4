"""REST without a server: requests that go straight to the application in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

import httpx2

from agentry.api.app import create_app
from agentry.base.json import JsonObject
from agentry.cli.remote import problem_of

if TYPE_CHECKING:
    from agentry.wiring import App


async def ask(app: App, method: str, path: str, body: JsonObject | None) -> JsonObject:
    """Return what the studio `app` answers; raise `StudioProblem`."""
    token = app.settings.token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # The types of the two ASGI sides differ in names only.
    served = cast("Callable[..., Awaitable[None]]", create_app(app))
    transport = httpx2.ASGITransport(app=served)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://localhost/api/v1", headers=headers
    ) as client:
        response = await client.request(method, path, json=body)
    if response.status_code >= 400:
        raise problem_of(response)
    value: object = response.json() if response.content else {}
    return cast("JsonObject", value) if isinstance(value, dict) else {}
