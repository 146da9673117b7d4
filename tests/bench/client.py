"""A lean HTTP client: one request on each open connection, the clock read at each answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence


class Line(asyncio.Protocol):
    """One kept-alive connection; answers one request at a time."""

    def __init__(self) -> None:
        self._got = b""
        self._done: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None
        self.answered_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """Send; the future gives the status."""
        assert self._transport is not None
        self._got = b""
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._done

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, gap, body = self._got.partition(b"\r\n\r\n")
        if not gap or self._done is None or self._done.done():
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
        if len(body) >= int(length):
            self.answered_at = time.perf_counter()
            self._done.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(exc or ConnectionResetError("the studio hung up"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def invoke(port: int, flow: str) -> bytes:
    """Return the bytes of a request that starts `flow`."""
    body = json.dumps({"flow": flow, "inputs": {"n": 7}}).encode()
    head = (
        f"POST /api/v1/invoke HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def opened(port: int, count: int) -> list[Line]:
    loop = asyncio.get_running_loop()
    lines: list[Line] = []
    for _ in range(count):
        _transport, line = await loop.create_connection(Line, "127.0.0.1", port)
        lines.append(line)
    return lines


async def volley(lines: Sequence[Line], request: bytes, over_s: float = 0.0) -> list[float]:
    """Ask once on each line, all together or spread evenly over a time.

    Return the ms from when each request was due to its answer; raise where one is not a 202.
    """
    loop = asyncio.get_running_loop()
    began, began_loop = time.perf_counter(), loop.time()
    due = [over_s * at / len(lines) for at in range(len(lines))]
    if over_s:
        asked: list[asyncio.Future[int]] = []
        for at, line in zip(due, lines, strict=True):
            await asyncio.sleep(began_loop + at - loop.time())
            asked.append(line.ask(request))
    else:
        asked = [line.ask(request) for line in lines]
    answers = set(await asyncio.gather(*asked))
    if answers != {202}:
        raise RuntimeError(f"the studio answered {sorted(answers)}")
    return [(line.answered_at - began - at) * 1000 for at, line in zip(due, lines, strict=True)]
