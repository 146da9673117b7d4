"""Is the studio there, and which release is it."""

from __future__ import annotations

from litestar import get

from agentry import __version__
from agentry.api import views


@get("/health", operation_id="getHealth", tags=["studio"], summary="Whether the studio is up")
async def get_health() -> views.Health:
    """Answer without a token; says nothing but the release."""
    return views.Health(status="ok", version=__version__)


routes = [get_health]
