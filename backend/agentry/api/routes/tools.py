"""Tools that flows may name."""

from __future__ import annotations

from litestar import get

from agentry.api import views
from agentry.api.given import Studio


@get("/tools", operation_id="listTools", tags=["tools"], summary="Tools that flows may name")
async def list_tools(studio: Studio) -> views.ToolList:
    manifests = [studio.registry.get(name) for name in sorted(studio.registry.names())]
    return views.ToolList(tools=[views.Tool.model_validate(item) for item in manifests])


routes = [list_tools]
