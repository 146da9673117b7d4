"""Server-sent events: rows of the journal by `seq`, woken by the bell, ended by the server's stop.

The bell only wakes: rows are read again, at least once a second while a run is watched, so a lost
hint costs time and never an event.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from litestar.response import Stream

from agentry.base.json import encode
from agentry.engine.bell import Bell, Delta, Hint, Inbox
from agentry.journal.events import RUN_TERMINAL, Event, to_line

if TYPE_CHECKING:
    from agentry.wiring import App

KEEP_ALIVE_S = 15.0
POLL_S = 1.0
GATHER_S = 0.04
LONGEST_S = 600.0
_PAGE = 500
_OPENED = b": open\nretry: 1000\n\n"
_ALIVE = b": alive\n\n"


class Closing:
    """Whether the server is stopping; `close` wakes every stream so that it can end."""

    def __init__(self, bell: Bell) -> None:
        self.closed = False
        self._bell = bell

    def close(self) -> None:
        """End all streams soon. Call from the event loop's thread."""
        self.closed = True
        self._bell.ring(Hint("", 0, "", "", 0))


def sse(frames: AsyncIterator[bytes]) -> Stream:
    """Return an answer that sends frames as they come."""
    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    return Stream(frames, media_type="text/event-stream", headers=headers)


def journal_frame(event: Event) -> bytes:
    """Return one event of the journal; its id is `seq`, so that `Last-Event-ID` resumes."""
    return b"id: %d\nevent: journal\ndata: %s\n\n" % (event.seq, to_line(event))


def frame(name: str, value: object) -> bytes:
    """Return an event that leaves the resume place alone."""
    return f"event: {name}\ndata: {encode(value)}\n\n".encode()


@dataclass
class Tail:
    """Reads one run's events from `seq` on. `ended` once the run's last one has been given."""

    studio: App
    run_id: str
    seq: int
    ended: bool = False
    _replied: dict[str, int] = field(default_factory=lambda: {})

    async def find_place(self) -> None:
        """Look at the run's row: a place beyond its last event counts as that event."""
        if not self.run_id:
            self.ended = True
            return
        summary = await asyncio.to_thread(self.studio.runs.summary, self.run_id)
        self.seq = min(self.seq, summary.last_seq)
        self.ended = summary.ended_at is not None and self.seq >= summary.last_seq

    async def rows(self) -> AsyncIterator[bytes]:
        """Yield what has been added since, page by page, each page as one chunk."""
        while not self.ended:
            runs = self.studio.runs
            events = await asyncio.to_thread(runs.events, self.run_id, self.seq, _PAGE)
            if events:
                self.seq = events[-1].seq
                self._note(events)
                yield b"".join(map(journal_frame, events))
            if len(events) < _PAGE:
                return

    def _note(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.type == "turn.replied":
                turn = event.data.get("turn")
                self._replied[event.path] = turn if isinstance(turn, int) else 0
            elif event.type == "task.started":
                self._replied.pop(event.path, None)
            self.ended = self.ended or event.type in RUN_TERMINAL

    def words(self, items: Iterable[Hint | Delta]) -> bytes:
        """Return this run's streamed words, joined; those of a turn that has replied are late."""
        joined: dict[tuple[str, int], list[str]] = {}
        for item in items:
            if isinstance(item, Delta) and item.run_id == self.run_id:
                joined.setdefault((item.path, item.turn), []).append(item.text)
        return b"".join(
            frame(
                "delta", {"run_id": self.run_id, "path": path, "turn": turn, "text": "".join(parts)}
            )
            for (path, turn), parts in joined.items()
            if turn > self._replied.get(path, 0)
        )


async def follow_run(
    studio: App, closing: Closing, run_id: str, after: int
) -> AsyncIterator[bytes]:
    """Yield a run's events after `after` until its last one, then `end`."""
    until = studio.clock.monotonic() + LONGEST_S
    with studio.bell.listen() as inbox:
        yield _OPENED
        tail = Tail(studio, run_id, after)
        beat = Beat(studio)
        await tail.find_place()
        while not closing.closed and studio.clock.monotonic() < until:
            async for chunk in tail.rows():
                yield beat.said(chunk)
            if tail.ended:
                yield frame("end", {"run_id": run_id, "last_seq": tail.seq})
                return
            items = await heard(inbox, POLL_S, run_id)
            chunk = tail.words(items) or beat.due()
            if chunk:
                yield beat.said(chunk)


async def follow_feed(
    studio: App, closing: Closing, run_id: str | None, after: int
) -> AsyncIterator[bytes]:
    """Yield what one open page needs: `changed` of any run, and all of the run it watches."""
    until = studio.clock.monotonic() + LONGEST_S
    with studio.bell.listen() as inbox:
        yield _OPENED
        tail = Tail(studio, run_id or "", after)
        beat = Beat(studio)
        await tail.find_place()
        while not closing.closed and studio.clock.monotonic() < until:
            async for chunk in tail.rows():
                yield beat.said(chunk)
            items = await heard(inbox, KEEP_ALIVE_S if tail.ended else POLL_S)
            chunk = (tail.words(items) + changes(items)) or beat.due()
            if chunk:
                yield beat.said(chunk)


@dataclass
class Beat:
    """When something was said last, so that a silent stream still shows that it lives."""

    studio: App
    at: float = -1.0

    def said(self, chunk: bytes) -> bytes:
        self.at = self.studio.clock.monotonic()
        return chunk

    def due(self) -> bytes:
        """Return a comment when it was silent for long enough, else nothing."""
        silent = self.studio.clock.monotonic() - self.at
        return _ALIVE if silent >= KEEP_ALIVE_S - POLL_S else b""


def changes(items: Iterable[Hint | Delta]) -> bytes:
    """Return one `changed` for each run that grew: the newest hint of each."""
    newest = {item.run_id: item for item in items if isinstance(item, Hint) and item.run_id}
    return b"".join(
        frame(
            "changed",
            {
                "run_id": hint.run_id,
                "flow": hint.flow,
                "status": hint.status,
                "approvals_open": hint.approvals_open,
            },
        )
        for hint in newest.values()
    )


async def heard(inbox: Inbox, timeout_s: float, run_id: str | None = None) -> list[Hint | Delta]:
    """Wait for something of the run (None: of any), then gather what follows closely."""
    clock = asyncio.get_running_loop().time
    until = clock() + timeout_s
    items: list[Hint | Delta] = []
    while (left := until - clock()) > 0:
        item = await inbox.next(left)
        if item is None:
            break
        if run_id is None or item.run_id in ("", run_id):
            if not items:
                until = min(until, clock() + GATHER_S)
            items.append(item)
    return items
