"""The studio as one ASGI application."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from litestar import Litestar
from litestar.di import Provide

from agentry.api.endings import Endings
from agentry.api.errors import handlers
from agentry.api.guard import Guard
from agentry.api.ingest import BODY_BYTES, Ingest
from agentry.api.openapi import api_router, schema_routes
from agentry.api.stream import Closing
from agentry.api.ui import built_ui, ui_routes

if TYPE_CHECKING:
    from agentry.api.errors import NoteIncident
    from agentry.wiring import App


def create_app(
    studio: App,
    *,
    closing: Closing | None = None,
    note_incident: NoteIncident | None = None,
    ui: Path | None = None,
) -> Litestar:
    """Return the application over an open studio.

    `closing` ends its streams; `ui` is the folder of the built front end (None: the one we ship).
    """
    streams = closing or Closing(studio.bell)
    noted = note_incident or _noted_by(studio)
    app = Litestar(
        route_handlers=[api_router(), *schema_routes(), *ui_routes(ui or built_ui())],
        dependencies={
            "studio": Provide(lambda: studio, sync_to_thread=False),
            "streams": Provide(lambda: streams, sync_to_thread=False),
        },
        exception_handlers=handlers(noted),
        openapi_config=None,
        request_max_body_size=BODY_BYTES,
        logging_config=None,
    )
    # Middleware runs only for routes that match; the guard has to see every request.
    ingest = Ingest(studio, Endings(studio, streams), noted, app.asgi_handler)
    app.asgi_handler = Guard(ingest, studio.settings.token)
    return app


def _noted_by(studio: App) -> NoteIncident:
    from agentry.wiring import note_incident

    return partial(note_incident, studio.settings.home)
