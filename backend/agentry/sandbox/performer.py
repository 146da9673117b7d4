"""Carry out calls: built-in tools in this process, programs in a sandbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.base.schema import misfit
from agentry.sandbox.box import BadSandboxCall
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.sandbox.docker import DockerSandbox
from agentry.sandbox.files import Files
from agentry.sandbox.outcome import APPLIED, result_of
from agentry.sandbox.select import select
from agentry.sandbox.workspace import CallFolder
from agentry.tools.builtin import MOST_TEXT
from agentry.tools.manifest import Manifest
from agentry.tools.memory import load_state, save_state
from agentry.tools.port import (
    CallContext,
    CallResult,
    Health,
    Isolation,
    Limits,
    Sandbox,
    SandboxCall,
    SandboxResult,
)
from agentry.tools.query import QueryFailed, find, read_data
from agentry.tools.registry import Registry

KEY_VARIABLE = "AGENTRY_IDEMPOTENCY_KEY"

_InProcess = Callable[[JsonObject, CallContext], Json]
_MOST_STDIN = 16 * 1024 * 1024


class BadArgs(AgentryError):
    """The arguments do not fit the tool's parameters."""

    code, status = "bad_args", 422


def default_sandboxes(hidden: Sequence[Path] = ()) -> tuple[Sandbox, ...]:
    """Return all sandboxes this release knows, strongest first."""
    return (
        DockerSandbox(runtime="runsc", hidden=hidden),
        DockerSandbox(runtime="runc", hidden=hidden),
        BwrapSandbox(hidden=hidden),
    )


class SandboxPerformer:
    """Performs what the gate has let through.

    `hidden` folders (the studio's own data) stay unseen inside folders that a run is lent.
    """

    def __init__(
        self,
        registry: Registry,
        sandboxes: Sequence[Sandbox] | None = None,
        *,
        hidden: Sequence[Path] = (),
        least: Isolation = Isolation.WEAK,
    ) -> None:
        self._registry = registry
        self.sandboxes = default_sandboxes(hidden) if sandboxes is None else tuple(sandboxes)
        self._least = least
        files = Files(hidden)
        self._in_process: dict[str, _InProcess] = {
            **{name: _unbound(act) for name, act in _PURE.items()},
            "read_file": files.read,
            "write_file": files.write,
            "list_files": files.list,
        }

    async def perform(self, tool: str, args: JsonObject, context: CallContext) -> CallResult:
        """Return what the call gave; raise `AgentryError` where it could not be made at all."""
        manifest = self._registry.get(tool)
        wrong = misfit(manifest.params, args)
        if wrong is not None:
            raise BadArgs(f"The arguments of {tool} do not fit: {wrong}")
        started = time.monotonic()
        if manifest.run is not None:
            return await self._in_sandbox(manifest, args, context)
        if tool in _MEMORY:
            return CallResult(True, await _MEMORY[tool](args, context))
        act = self._in_process.get(tool)
        if act is None:
            raise BadArgs(f"The tool {tool!r} has neither a program nor a built-in.")
        try:
            output = await asyncio.to_thread(act, args, context)
        except AgentryError as problem:
            said = f"{problem.detail} {problem.hint}".strip()
            return CallResult(False, None, problem.code, said, _ms_since(started))
        files = (str(args["path"]),) if tool == "write_file" else ()
        return CallResult(True, output, duration_ms=_ms_since(started), files=files)

    def at_once(self, tool: str, args: JsonObject) -> CallResult | None:
        """Return what a pure built-in gives; None for a tool that needs files, a box or time."""
        act = _PURE.get(tool)
        if act is None:
            return None
        wrong = misfit(self._registry.get(tool).params, args)
        if wrong is not None:
            said = f"The arguments of {tool} do not fit: {wrong}"
            return CallResult(False, None, BadArgs.code, said)
        try:
            return CallResult(True, act(args))
        except AgentryError as problem:
            return CallResult(False, None, problem.code, f"{problem.detail} {problem.hint}".strip())

    async def reconcile(self, tool: str, context: CallContext) -> CallResult | None:
        """Finish a call that a crash cut off; None where no trace of its end can be found.

        Its result may have been kept but not recorded, or its program may have outlived its worker.
        """
        manifest = self._registry.get(tool)
        if manifest.run is None:
            return None
        folder = CallFolder(context)
        found = await asyncio.to_thread(folder.take_over)
        if found is None and await asyncio.to_thread(folder.outlived):
            found = await self._resume(manifest, folder, context)
        if found is None:
            await asyncio.to_thread(folder.discard)
        return found

    async def _resume(
        self, manifest: Manifest, folder: CallFolder, context: CallContext
    ) -> CallResult | None:
        call = self._call(manifest, folder, context, (), b"")
        for sandbox in self.sandboxes:
            done = await sandbox.resume(call) if sandbox.outlives else None
            if done is not None:
                return await _settle(manifest, folder, done)
        return None

    async def probe(self) -> list[Health]:
        """Return how every sandbox is, strongest first."""
        return [await sandbox.probe() for sandbox in self.sandboxes]

    async def reap(self, wanted: Callable[[str], bool]) -> None:
        """End what earlier studios left running, but for runs that are `wanted`: they go on."""
        for sandbox in self.sandboxes:
            await sandbox.reap(wanted)

    async def _in_sandbox(
        self, manifest: Manifest, args: JsonObject, context: CallContext
    ) -> CallResult:
        argv = manifest.argv(args)
        stdin = str(args.get(manifest.stdin or "") or "").encode(errors="replace")
        _refuse_long(argv, stdin)
        folder = CallFolder(context)
        if await asyncio.to_thread(folder.was_tried):
            # Begun by a worker that was lost before anybody could know of it.
            found = await self.reconcile(manifest.name, context)
            if found is not None:
                return found
        sandbox = await select(self.sandboxes, self._least)
        await asyncio.to_thread(folder.prepare)
        kept = False
        try:
            call = self._call(manifest, folder, context, tuple(argv), stdin)
            ready = partial(folder.remember, keep=sandbox.outlives)
            done = await sandbox.run(replace(call, ready=ready))
            kept = True
            return await _settle(manifest, folder, done)
        finally:
            if not kept:
                folder.discard()

    def _call(
        self,
        manifest: Manifest,
        folder: CallFolder,
        context: CallContext,
        argv: tuple[str, ...],
        stdin: bytes,
    ) -> SandboxCall:
        return SandboxCall(
            call_id=context.call_id,
            run_id=context.run_id,
            fence=context.fence,
            argv=argv,
            workspace=folder.tree,
            stdin=stdin,
            env={**context.env, KEY_VARIABLE: context.key} if context.key else context.env,
            mounts=context.mounts,
            limits=_limits(manifest.limits, context.timeout_s),
            min_isolation=self._least,
        )


async def _settle(manifest: Manifest, folder: CallFolder, done: SandboxResult) -> CallResult:
    """Keep what a program gave and apply what it did."""
    result = result_of(manifest.name, done, manifest.limits)
    apply = done.reason in APPLIED and manifest.workspace not in ("none", "ro")
    settle = folder.finish if apply else folder.keep
    # Once begun, applying goes on to its end: a stop meanwhile must not leave half.
    return await asyncio.shield(asyncio.to_thread(settle, result))


_MEMORY: dict[str, Callable[[JsonObject, CallContext], Awaitable[Json]]] = {
    "save_state": save_state,
    "load_state": load_state,
}


def _json_query(args: JsonObject) -> Json:
    value = read_data(args.get("data"))
    query = args.get("query")
    try:
        return find(value, query if isinstance(query, str) else "$")
    except QueryFailed:
        if "default" in args:
            return args["default"]
        raise


def _unbound(act: Callable[[JsonObject], Json]) -> _InProcess:
    return lambda args, _: act(args)


_PURE: dict[str, Callable[[JsonObject], Json]] = {
    "echo": lambda args: args,
    "json_query": _json_query,
}


def _refuse_long(argv: Sequence[str], stdin: bytes) -> None:
    for item in argv:
        if len(item.encode(errors="replace")) > MOST_TEXT:
            raise BadArgs(
                f"One argument has more than {MOST_TEXT} bytes, too much for a program.",
                hint="Write it to a file with write_file, or give it as stdin.",
            )
        if "\0" in item:
            raise BadSandboxCall("An argument holds a NUL, which no program can be given.")
    if len(stdin) > _MOST_STDIN:
        raise BadArgs(f"stdin has {len(stdin)} bytes; at most {_MOST_STDIN} fit.")


def _limits(limits: Limits, timeout_s: float | None) -> Limits:
    if timeout_s is None or timeout_s >= limits.timeout_s:
        return limits
    return replace(limits, timeout_s=max(timeout_s, 0.0))


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
