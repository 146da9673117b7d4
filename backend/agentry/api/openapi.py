"""The OpenAPI document: made from the routes alone. `python -m agentry.api.openapi` prints it."""

from __future__ import annotations

import json
import sys
from functools import cache

from litestar import Litestar, Response, Router, get
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Tag

from agentry import __version__
from agentry.api.routes import (
    approvals,
    control,
    events,
    files,
    flows,
    health,
    ingest,
    runs,
    snapshots,
    studio,
    tools,
    triggers,
)
from agentry.flow.schema import schema_text

PREFIX = "/api/v1"
_TAGS = {
    "studio": "The studio itself",
    "flows": "Flows of the opened folder",
    "runs": "Runs, their events and files",
    "approvals": "Questions to people",
    "triggers": "What starts flows by itself",
    "tools": "Tools that flows may name",
}


def api_router() -> Router:
    """Return every route of the REST API but those that start runs: `ingest` answers these."""
    modules = (
        health,
        studio,
        flows,
        runs,
        control,
        events,
        snapshots,
        files,
        approvals,
        tools,
        triggers,
    )
    return Router(PREFIX, route_handlers=[route for module in modules for route in module.routes])


@cache
def document() -> str:
    """Return the OpenAPI 3.1 document as JSON text, the same for the same routes."""
    app = Litestar(
        route_handlers=[api_router(), Router(PREFIX, route_handlers=ingest.described)],
        # The document needs the shape of the routes only; nothing is ever asked of these.
        dependencies={
            "studio": Provide(lambda: None, sync_to_thread=False),
            "streams": Provide(lambda: None, sync_to_thread=False),
        },
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="Agentry",
            version=__version__,
            description="The studio over HTTP. Times are integer milliseconds UTC.",
            tags=[Tag(name, description=text) for name, text in _TAGS.items()],
            use_handler_docstrings=True,
        ),
    )
    return json.dumps(app.openapi_schema.to_schema(), indent=2, sort_keys=True) + "\n"


def schema_routes() -> list[HTTPRouteHandler]:
    """Return the routes that hand out schemas."""

    @get("/schema", include_in_schema=False)
    async def openapi() -> Response[bytes]:
        return Response(document().encode(), media_type="application/vnd.oai.openapi+json")

    @get("/schemas/flow.schema.json", include_in_schema=False)
    async def flow_file() -> Response[bytes]:
        return Response(schema_text().encode(), media_type="application/schema+json")

    return [openapi, flow_file]


if __name__ == "__main__":
    sys.stdout.write(document())
