"""The built front end: files of `agentry/_ui`, and its first page for every other address."""

from __future__ import annotations

import asyncio
import hashlib
import re
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from agentry.api.errors import AnyRequest
from agentry.api.headers import policy
from agentry.api.refusal import page, script_hash
from agentry.store.beneath import read_beneath

FOREVER = "public, max-age=31536000, immutable"
_MOST_BYTES = 64_000_000
_INLINE = re.compile(r"<script(?![^>]*\bsrc\b)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
}
_NOT_BUILT = page(
    "Agentry",
    "<form><h1>The studio's pages are not built</h1>"
    "<p>The API works, but this checkout has no built front end.</p>"
    "<p>Run <code>make studio</code> in the checkout, then load this page again.</p></form>",
)
Answer: TypeAlias = Response[bytes]


def built_ui() -> Path:
    """Return the folder of the built front end; it may not exist."""
    return Path(str(files("agentry"))) / "_ui"


def ui_routes(root: Path) -> list[HTTPRouteHandler]:
    """Return the routes that serve the front end from `root`."""

    @get("/", include_in_schema=False)
    async def first_page(request: AnyRequest) -> Answer:
        return await asyncio.to_thread(_index, root, request)

    @get("/{path:path}", include_in_schema=False)
    async def any_page(request: AnyRequest, path: FromPath[str]) -> Answer:
        return await asyncio.to_thread(_file, root, path.removeprefix("/"), request)

    return [first_page, any_page]


def _file(root: Path, path: str, request: AnyRequest) -> Answer:
    if path.startswith(("api/", "schema/", "schemas/")):
        raise NotFoundException
    try:
        content, _ = read_beneath(root, path, _MOST_BYTES)
    except (OSError, ValueError):
        # Names of flows hold dots, so a dot tells no file from a page; what is asked for does.
        wants_page = "text/html" in request.headers.get("accept", "")
        if path.startswith("assets/") or not wants_page:
            raise NotFoundException from None
        return _index(root, request)
    if path.endswith(".html"):
        return _html(content, request)
    return _answer(content, path, request)


def _index(root: Path, request: AnyRequest) -> Answer:
    try:
        content, _ = read_beneath(root, "index.html", _MOST_BYTES)
    except OSError:
        return Response(_NOT_BUILT.encode(), status_code=503, media_type=_TYPES[".html"])
    return _html(content, request)


def _html(content: bytes, request: AnyRequest) -> Answer:
    scripts = _INLINE.findall(content.decode("utf-8", "replace"))
    allowed = " ".join(["'self'", *map(script_hash, scripts)])
    answer = _answer(content, "index.html", request)
    answer.headers["Content-Security-Policy"] = policy(script_src=allowed)
    return answer


def _answer(content: bytes, path: str, request: AnyRequest) -> Answer:
    kind = _TYPES.get(Path(path).suffix.lower(), "application/octet-stream")
    if path.startswith("assets/"):
        return Response(content, media_type=kind, headers={"Cache-Control": FOREVER})
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(content, media_type=kind, headers=headers)
