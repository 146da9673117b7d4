"""What the engine needs of a store. Rows here are the engine's own.

The adapter maps them to SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from agentry.base.json import JsonObject
from agentry.engine.bell import Hint
from agentry.journal.events import Event

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunRow:
    """The locked row of one run. Times in ms UTC."""

    run_id: str
    flow: str
    title: str
    plan_id: str
    revision: str
    status: str
    last_seq: int
    idem_key: str | None
    idem_hash: str
    by: str
    created_at: int
    parent_run_id: str | None = None
    parent_path: str | None = None
    root_run_id: str | None = None
    depth: int = 0
    forked_from: str | None = None
    forked_at_seq: int | None = None


@dataclass(slots=True)
class RunUpdate:
    """What a change leaves in the run's row."""

    status: str
    last_seq: int
    updated_at: int
    started_at: int | None
    terminal_at: int | None
    approvals_open: int
    usage: JsonObject
    error: JsonObject | None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class NewActivity:
    """One task for an executor to work on."""

    run_id: str
    path: str
    kind: str
    attempt: int
    ready_at: int
    pool: str = "default"


@dataclass(frozen=True, slots=True)
class ActivityUpdate:
    """A new status of one activity. `bump` revokes the lease by raising the fence."""

    run_id: str
    path: str
    status: str
    attempt: int | None = None
    ready_at: int | None = None
    bump: bool = False


@dataclass(frozen=True, slots=True)
class NewWait:
    """One question or message a run waits for."""

    wait_id: str
    run_id: str
    path: str
    kind: str
    call_id: str | None
    subject: str
    need: int
    asked: JsonObject
    created_at: int
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class WaitUpdate:
    """How a wait ended."""

    wait_id: str
    status: str
    answer: JsonObject
    resolved_at: int


@dataclass(frozen=True, slots=True)
class NewTimer:
    """Something that happens later. `kind`: timeout, expire."""

    run_id: str
    timer_key: str
    kind: str
    fire_at: int


@dataclass(frozen=True, slots=True)
class NewMessage:
    """Something one run tells another: a child's end to its parent, a cancel to a child."""

    run_id: str
    msg_id: str
    kind: str
    sender: str
    payload: JsonObject
    created_at: int


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """What an agent knew at an event, as those events add up to it."""

    run_id: str
    path: str
    seq: int
    label: str
    schema_v: int
    state: JsonObject
    created_at: int


@dataclass(slots=True)
class Batch:
    """All that one change of one run writes, in one transaction."""

    run_id: str
    update: RunUpdate | None = None
    events: list[Event] = field(default_factory=lambda: [])
    new_activities: list[NewActivity] = field(default_factory=lambda: [])
    activities: list[ActivityUpdate] = field(default_factory=lambda: [])
    new_waits: list[NewWait] = field(default_factory=lambda: [])
    waits: list[WaitUpdate] = field(default_factory=lambda: [])
    new_timers: list[NewTimer] = field(default_factory=lambda: [])
    dropped_timers: list[str] = field(default_factory=lambda: [])
    drop_all_timers: bool = False
    messages: list[NewMessage] = field(default_factory=lambda: [])
    consumed: list[str] = field(default_factory=lambda: [])
    release_held: bool = False
    snapshots: list[NewSnapshot] = field(default_factory=lambda: [])


@dataclass(frozen=True, slots=True)
class Lease:
    """An activity as claimed: only its holder may write, and only under this fence."""

    run_id: str
    path: str
    kind: str
    attempt: int
    fence: int
    crash_count: int


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A pending timer whose time has come."""

    run_id: str
    timer_key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that its run has not taken in yet."""

    run_id: str
    msg_id: str
    kind: str
    sender: str
    payload: JsonObject


class Transaction(Protocol):
    """One write transaction. Everything is undone when its closure raises."""

    def lock_run(self, run_id: str) -> RunRow | None: ...
    def find_idem(self, idem_key: str) -> RunRow | None: ...
    def insert_run(self, row: RunRow) -> None: ...
    def plan(self, plan_id: str) -> str: ...
    def save_plan(self, plan_id: str, flow: str, plan: str, text: str, now: int) -> None: ...
    def events(self, run_id: str) -> Sequence[Event]: ...
    def write(self, batch: Batch) -> None: ...
    def mark_imported(self, run_id: str, header: str, now: int) -> None: ...
    def claim(
        self, worker_id: str, now: int, lease_until: int, limit: int, run_id: str | None
    ) -> Sequence[Lease]: ...
    def extend(
        self, worker_id: str, lease_until: int, now: int
    ) -> Sequence[tuple[str, str, int]]: ...
    def let_go(self, worker_id: str, run_id: str, path: str) -> None: ...
    def release(self, worker_id: str, now: int) -> None: ...
    def due_timers(self, now: int, limit: int) -> Sequence[DueTimer]: ...
    def inbox(self, limit: int) -> Sequence[Message]: ...
    def next_due(self) -> int | None: ...
    def join(self, worker_id: str, name: str, host: str, pid: int, now: int) -> None: ...
    def leave(self, worker_id: str, now: int) -> None: ...
    def expire_dead(self, host: str, alive: Callable[[int], bool], now: int) -> int: ...


class Store(Protocol):
    """Group commit: closures run one after another, many to a transaction.

    The answer comes after COMMIT.
    """

    async def submit(self, act: Callable[[Transaction], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What a committed change means to those who listen."""

    hint: Hint
    wakes: bool
    revoked: tuple[str, ...] = ()
    also: tuple[Applied, ...] = ()
