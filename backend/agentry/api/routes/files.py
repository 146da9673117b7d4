"""Files of a run's workspace: what a tool wrote is only data, and can never script the studio."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import Annotated
from urllib.parse import quote

from litestar import get
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from agentry.api import views
from agentry.api.errors import says
from agentry.api.given import Studio
from agentry.base.errors import NotFound
from agentry.store.beneath import files_beneath, open_beneath

_MOST_FILES = 5000
_CHUNK = 64 * 1024
_TEXT = "text/plain"
TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".svg": "image/svg+xml",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
} | dict.fromkeys(
    (".txt", ".log", ".yaml", ".yml", ".toml", ".py", ".js", ".ts", ".css", ".sh", ".xml", ".diff"),
    _TEXT,
)
BOXED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'self'"
)
"""The policy of such a file: no script, no request, an origin of its own."""

Download = Annotated[bool, QueryParameter()]


@get(
    "/runs/{run_id:str}/files",
    operation_id="listRunFiles",
    tags=["runs"],
    summary="Files in a run's workspace",
    responses=says((404, views.Problem, "No such run")),
)
async def list_run_files(studio: Studio, run_id: FromPath[str]) -> views.RunFiles:
    def look() -> views.RunFiles:
        root = _workspace(studio, run_id)
        found = files_beneath(root, _MOST_FILES) if root.is_dir() else []
        return views.RunFiles(
            files=[
                views.RunFile(path=file.path, bytes=file.size, modified_at=file.modified_at)
                for file in found
            ]
        )

    return await asyncio.to_thread(look)


@get(
    "/runs/{run_id:str}/files/{path:path}",
    operation_id="readRunFile",
    tags=["runs"],
    summary="One file of a run's workspace, raw",
    # Not `media_type`: the handler's would win over the file's own.
    responses=says((404, views.Problem, "No such run or file"))
    | {
        200: ResponseSpec(
            bytes,
            media_type="application/octet-stream",
            description="The bytes",
            generate_examples=False,
        )
    },
)
async def read_run_file(
    studio: Studio, run_id: FromPath[str], path: FromPath[str], download: Download = False
) -> Stream:
    wanted = path.removeprefix("/")

    def find() -> int:
        root = _workspace(studio, run_id)
        try:
            return open_beneath(root, wanted)
        except (OSError, ValueError) as problem:
            raise NotFound("file", wanted, hint=f"See the files of {run_id}.") from problem

    file = await asyncio.to_thread(find)
    headers = {"Content-Security-Policy": BOXED, "Cache-Control": "no-store"}
    if download:
        name = quote(PurePosixPath(wanted).name, safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return Stream(_content(file), media_type=type_of(wanted), headers=headers)


def type_of(path: str) -> str:
    """Return the content type that a file's name stands for; unknown ones are only bytes."""
    return TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")


async def _content(file: int) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(os.read, file, _CHUNK):
            yield chunk
    finally:
        os.close(file)


def _workspace(studio: Studio, run_id: str) -> Path:
    """Return a known run's folder, so that a made-up id never becomes a path; raise `NotFound`."""
    return studio.runs_folder / studio.runs.summary(run_id).run_id / "workspace"


routes = [list_run_files, read_run_file]
