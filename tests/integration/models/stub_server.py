"""A provider on a loopback port: speaks the streaming wires of OpenAI chat and Anthropic messages.

It answers with what it is given, in order, and keeps every request. Ships as a fake for tests.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

PIECE = 7
OPENED = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Says:
    """One streamed reply. `breaks` drops the connection before the end, `silent` sends nothing."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    input_tokens: int = 1000
    output_tokens: int = 200
    cached_tokens: int = 0
    finish: str = ""
    breaks: bool = False
    silent: bool = False
    counts: bool = True


@dataclass(frozen=True)
class Fails:
    """One refusal."""

    status: int
    message: str = "No."
    kind: str = "error"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Stub:
    """The running server: `url` has no path; `requests` are (path, headers, body)."""

    url: str
    answers: list[Says | Fails] = field(default_factory=lambda: [])
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=lambda: [])

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        path = head[0].split(" ")[1]
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])
        }
        body = json.loads(await reader.readexactly(int(headers.get("content-length", "0"))))
        self.requests.append((path, headers, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Fails):
            writer.write(refusal(answer))
            await writer.drain()
            return True
        return await self._stream(answer, path, body["model"], writer)

    async def _stream(
        self, says: Says, path: str, model: str, writer: asyncio.StreamWriter
    ) -> bool:
        writer.write(OPENED)
        if says.silent:
            await asyncio.sleep(60)
        frames = list(
            anthropic_frames(says, model) if "messages" in path else chat_frames(says, model)
        )
        for frame in frames[: len(frames) // 2] if says.breaks else frames:
            data = frame.encode()
            writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            await writer.drain()
        if says.breaks:
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def refusal(fails: Fails) -> bytes:
    body = json.dumps({"error": {"message": fails.message, "type": fails.kind, "code": fails.kind}})
    more = "".join(f"{name}: {value}\r\n" for name, value in fails.headers)
    return (
        f"HTTP/1.1 {fails.status} Refused\r\ncontent-type: application/json\r\n{more}"
        f"content-length: {len(body)}\r\n\r\n{body}"
    ).encode()


def pieces(text: str) -> Iterator[str]:
    yield from (text[at : at + PIECE] for at in range(0, len(text), PIECE))


def chat_frames(says: Says, model: str) -> Iterator[str]:
    """Give the SSE frames of one chat completion."""

    def chunk(delta: dict[str, Any] | None, finish: str | None = None, usage: Any = None) -> str:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        data = {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1790000000,
            "model": model, "choices": choices, "usage": usage,
        }  # fmt: skip
        return f"data: {json.dumps(data)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(says.text):
        yield chunk({"content": piece})
    for place, (tool, args) in enumerate(says.calls):
        function: dict[str, Any] = {"name": tool, "arguments": ""}
        opened = {"index": place, "id": f"theirs-{place}", "type": "function", "function": function}
        yield chunk({"tool_calls": [opened]})
        for piece in pieces(json.dumps(args)):
            yield chunk({"tool_calls": [{"index": place, "function": {"arguments": piece}}]})
    yield chunk({}, says.finish or ("tool_calls" if says.calls else "stop"))
    if says.counts:
        yield chunk(
            None,
            usage={
                "prompt_tokens": says.input_tokens,
                "completion_tokens": says.output_tokens,
                "total_tokens": says.input_tokens + says.output_tokens,
                "prompt_tokens_details": {"cached_tokens": says.cached_tokens},
            },
        )
    yield "data: [DONE]\n\n"


def anthropic_frames(says: Says, model: str) -> Iterator[str]:
    """Give the SSE frames of one message."""

    def frame(kind: str, **data: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n"

    usage = {
        "input_tokens": says.input_tokens - says.cached_tokens, "output_tokens": 1,
        "cache_read_input_tokens": says.cached_tokens, "cache_creation_input_tokens": 0,
    }  # fmt: skip
    message: dict[str, Any] = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    yield frame("message_start", message=message)
    place = 0
    if says.text:
        yield frame("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces(says.text):
            yield frame("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
        yield frame("content_block_stop", index=0)
        place = 1
    for tool, args in says.calls:
        opened: dict[str, Any] = {
            "type": "tool_use",
            "id": f"toolu_{place}",
            "name": tool,
            "input": {},
        }
        yield frame("content_block_start", index=place, content_block=opened)
        for piece in pieces(json.dumps(args)):
            delta = {"type": "input_json_delta", "partial_json": piece}
            yield frame("content_block_delta", index=place, delta=delta)
        yield frame("content_block_stop", index=place)
        place += 1
    stop = {"stop_reason": says.finish or ("tool_use" if says.calls else "end_turn")}
    yield frame("message_delta", delta=stop, usage={**usage, "output_tokens": says.output_tokens})
    yield frame("message_stop")


@asynccontextmanager
async def running() -> AsyncGenerator[Stub]:
    """Serve on a free loopback port for as long as the context is open."""
    stub = Stub("")
    server = await asyncio.start_server(stub.handle, "127.0.0.1", 0)
    stub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield stub
    finally:
        server.close()
