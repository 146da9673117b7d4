"""Hear what a container prints, over Docker's attach stream: framed stdout and stderr."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field

from agentry.tools.port import Reason, SandboxCall

_CHUNK = 65536
_TICK_S = 0.2
_HEAD = 8


@dataclass
class Attached:
    """What a container printed; `passed` is the ceiling that ended it, None for its own end."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    passed: Reason | None = None


@dataclass
class Frames:
    """Docker's framing: 1 byte stream, 3 bytes nothing, 4 bytes length, then the bytes."""

    left: int
    attached: Attached
    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, chunk: bytes) -> bool:
        """Take `chunk`; return False once more came than may be kept."""
        self._rest += chunk
        while len(self._rest) >= _HEAD:
            length = int.from_bytes(self._rest[4:_HEAD], "big")
            body = bytes(self._rest[_HEAD : _HEAD + length])
            if len(body) < length and len(body) < self.left:
                return True
            into = self.attached.stderr if self._rest[0] == 2 else self.attached.stdout
            into += body[: self.left]
            if length > self.left:
                return False
            self.left -= length
            del self._rest[: _HEAD + length]
        return True


def collect(stream: socket.socket, call: SandboxCall, stop: threading.Event) -> Attached:
    """Read to the end or to the first ceiling. The deadline is the host's clock."""
    attached = Attached()
    frames = Frames(call.limits.out_bytes, attached)
    deadline = time.monotonic() + call.limits.timeout_s
    stream.settimeout(_TICK_S)
    while True:
        if stop.is_set():
            attached.passed = "cancelled"
            return attached
        if time.monotonic() > deadline:
            attached.passed = "timeout"
            return attached
        try:
            chunk = stream.recv(_CHUNK)
        except TimeoutError:
            continue
        if not chunk:
            return attached
        if not frames.feed(chunk):
            attached.passed = "output_cap"
            return attached
