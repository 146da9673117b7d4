"""The port to a sandbox, and what one call asks of it. Adapters live in `agentry.sandbox`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Literal, Protocol

from agentry.base.json import Json, JsonObject

Reason = Literal[
    "ok",
    "exit",
    "timeout",
    "oom",
    "pids",
    "output_cap",
    "disk",
    "denied",
    "refused",
    "cancelled",
    "error",
]


class Isolation(IntEnum):
    """How strong a box is.

    WEAK: bwrap without cgroups. CONTAINER: bwrap with cgroups, or runc.
    KERNEL: one with a kernel of its own.
    """

    WEAK = 1
    CONTAINER = 2
    KERNEL = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of one call. Sizes in bytes, times in seconds, cpu in cores.

    `fsize` is one file; `disk` is all of `/workspace`; `tmp` is `/tmp`.
    """

    timeout_s: float = 30.0
    cpu: float = 1.0
    mem: int = 512 * 1024 * 1024
    pids: int = 128
    out_bytes: int = 1024 * 1024
    fsize: int = 64 * 1024 * 1024
    disk: int = 1024 * 1024 * 1024
    tmp: int = 64 * 1024 * 1024
    nofile: int = 1024


@dataclass(frozen=True, slots=True)
class Mount:
    """A host folder lent read-only to the call, seen at `/inputs/<name>`."""

    name: str
    source: Path


@dataclass(frozen=True, slots=True)
class SandboxCall:
    """One program run: argv in a box whose `/workspace` is the host folder `workspace`.

    The sandbox may give that folder and all in it to another owner. `ready` is called once it
    has done so, right before the program starts: what changes later, the program changed.
    `run_id`, `call_id` and `fence` name the program for a later worker, who resumes it.
    """

    call_id: str
    argv: tuple[str, ...]
    workspace: Path
    run_id: str = ""
    fence: int = 0
    stdin: bytes = b""
    env: dict[str, str] = field(default_factory=lambda: {})
    mounts: tuple[Mount, ...] = ()
    limits: Limits = field(default_factory=Limits)
    min_isolation: Isolation = Isolation.WEAK
    ready: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class SandboxResult:
    """How a program ended. `stdout`/`stderr` are cut at `Limits.out_bytes` in all."""

    exit_code: int
    reason: Reason
    stdout: bytes
    stderr: bytes
    truncated: bool
    duration_ms: int
    backend: str
    isolation: Isolation


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a backend works here.

    `detail` is a sentence; where it does not work: what is missing and how to get it.
    """

    healthy: bool
    backend: str
    isolation: Isolation
    detail: str


class Sandbox(Protocol):
    """One way to run a program in a box. `outlives`: its programs go on without their worker."""

    name: str
    outlives: bool

    async def probe(self) -> Health: ...
    async def run(self, call: SandboxCall) -> SandboxResult: ...
    async def resume(self, call: SandboxCall) -> SandboxResult | None:
        """Wait for the program that an earlier worker started for this call; None: there is none.

        `argv`, `stdin` and `env` of `call` say nothing here.
        """
        ...

    async def reap(self, wanted: Callable[[str], bool]) -> None:
        """End what workers that are gone left running, but not for runs that are `wanted`."""
        ...


@dataclass(frozen=True, slots=True)
class ToolOffer:
    """A tool as shown to a model: name, description, JSON Schema of its arguments."""

    name: str
    description: str
    schema: JsonObject


class Memory(Protocol):
    """The way to what agents knew. A snapshot is named `<run id>@<seq>`."""

    async def save(self, call_id: str, label: str, data: JsonObject) -> str:
        """Save what the caller knows now, `data` beside it; return the snapshot's name.

        The same call saves once, however often it is made.
        """
        ...

    async def load(self, snapshot: str, path: str | None) -> JsonObject:
        """Return what was known at a snapshot, or at any event; raise `AgentryError`.

        `path` is the task that knew it; None: the caller's own.
        """
        ...


@dataclass(frozen=True, slots=True)
class CallContext:
    """What a call knows of its run.

    `workspace` is the run's folder; `call_id` is stable over crashes. `key` is what a tool that
    honours idempotency keys is given: equal for two calls that must not both have an effect.
    `fence` grows with every worker that takes the task over. `memory` is None where there is none.
    `secrets` are the values in `env` that must be kept nowhere.
    """

    run_id: str
    path: str
    call_id: str
    workspace: Path
    env: dict[str, str] = field(default_factory=lambda: {})
    mounts: tuple[Mount, ...] = ()
    timeout_s: float | None = None
    key: str = ""
    fence: int = 0
    memory: Memory | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call gave.

    `output` is JSON; `error_code` and `message` are set where `ok` is false.
    """

    ok: bool
    output: Json
    error_code: str = ""
    message: str = ""
    duration_ms: int = 0
    sandbox: JsonObject | None = None
    files: tuple[str, ...] = ()


class Performer(Protocol):
    """Carries out a call that the gate has let through.

    Refuses with a sentence when no sandbox is healthy.
    """

    async def perform(self, tool: str, args: JsonObject, context: CallContext) -> CallResult: ...
    def at_once(self, tool: str, args: JsonObject) -> CallResult | None:
        """Return what a pure tool gives, here and now; None for every other tool."""
        ...

    async def reconcile(self, tool: str, context: CallContext) -> CallResult | None:
        """Return what a call gave that was under way when its worker was lost.

        It may have ended since, or still run, and then its end is waited for. None: there is no
        trace of an end, which for a tool with effects outside does not mean that it had none.
        """
        ...
