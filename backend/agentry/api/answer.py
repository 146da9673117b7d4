"""A whole answer at once, for what is served without Litestar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from litestar.types import Send

from agentry.base.json import encode


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON body, and headers of its own."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=lambda: {})


async def give(answer: Answer, send: Send) -> None:
    """Send it."""
    content = encode(answer.body).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in answer.headers.items()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
