"""Carry out calls: built-in tools in this process, programs in a sandbox."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from agentry.base.errors import AgentryError
from agentry.base.json import Json, JsonObject
from agentry.base.schema import misfit
from agentry.sandbox.box import BadSandboxCall
from agentry.sandbox.bwrap import BwrapSandbox
from agentry.sandbox.docker import DockerSandbox
from agentry.sandbox.files import Files
from agentry.sandbox.select import select
from agentry.sandbox.workspace import CallFolder
from agentry.tools.builtin import MOST_TEXT
from agentry.tools.manifest import Manifest
from agentry.tools.port import (
    CallContext,
    CallResult,
    Health,
    Isolation,
    Limits,
    Reason,
    Sandbox,
    SandboxCall,
    SandboxResult,
)
from agentry.tools.query import QueryFailed, find, read_data
from agentry.tools.registry import Registry

_InProcess = Callable[[JsonObject, CallContext], Json]
_MOST_STDIN = 16 * 1024 * 1024

# A call that was cut off leaves nothing behind; one that ended by itself does, whatever it says.
_APPLIED: frozenset[Reason] = frozenset({"ok", "exit"})
_CODES: dict[Reason, str] = {"timeout": "timeout", "oom": "out_of_memory"}


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
        """Finish a call that a crash cut off between its end and its record; else None."""
        if self._registry.get(tool).run is None:
            return None
        return await asyncio.to_thread(CallFolder(context).reconcile)

    async def probe(self) -> list[Health]:
        """Return how every sandbox is, strongest first."""
        return [await sandbox.probe() for sandbox in self.sandboxes]

    async def reap(self) -> None:
        """End what earlier studios left running; call it once, at start."""
        for sandbox in self.sandboxes:
            await sandbox.reap()

    async def _in_sandbox(
        self, manifest: Manifest, args: JsonObject, context: CallContext
    ) -> CallResult:
        argv = manifest.argv(args)
        stdin = str(args.get(manifest.stdin or "") or "").encode(errors="replace")
        _refuse_long(argv, stdin)
        sandbox = await select(self.sandboxes, self._least)
        folder = CallFolder(context)
        await asyncio.to_thread(folder.prepare)
        kept = False
        try:
            done = await sandbox.run(
                SandboxCall(
                    call_id=context.call_id,
                    argv=tuple(argv),
                    workspace=folder.tree,
                    stdin=stdin,
                    env=context.env,
                    mounts=context.mounts,
                    limits=_limits(manifest.limits, context.timeout_s),
                    min_isolation=self._least,
                    ready=folder.remember,
                )
            )
            result = _result(manifest.name, done, manifest.limits)
            apply = done.reason in _APPLIED and manifest.workspace not in ("none", "ro")
            settle = folder.finish if apply else folder.keep
            kept = True
            # Once begun, applying goes on to its end: a stop meanwhile must not leave half.
            return await asyncio.shield(asyncio.to_thread(settle, result))
        finally:
            if not kept:
                folder.discard()


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


def _result(tool: str, done: SandboxResult, limits: Limits) -> CallResult:
    stderr = done.stderr.decode(errors="replace")
    output: JsonObject = {
        "exit_code": done.exit_code,
        "stdout": done.stdout.decode(errors="replace"),
        "stderr": stderr,
        "truncated": done.truncated,
    }
    sandbox: JsonObject = {
        "backend": done.backend,
        "isolation": done.isolation.name.lower(),
        "reason": done.reason,
    }
    if done.reason == "ok":
        return CallResult(True, output, duration_ms=done.duration_ms, sandbox=sandbox)
    return CallResult(
        False,
        output,
        _CODES.get(done.reason, "tool_failed"),
        _sentence(tool, done, stderr, limits),
        done.duration_ms,
        sandbox,
    )


def _sentence(tool: str, done: SandboxResult, stderr: str, limits: Limits) -> str:
    said = {
        "timeout": f"{tool} was stopped: it ran into its time limit.",
        "oom": f"{tool} was stopped: it needed more than {limits.mem // 1024**2} MB of memory.",
        "output_cap": f"{tool} was stopped: it printed more than {limits.out_bytes} bytes.",
        "disk": f"{tool} was stopped: it wrote more than {limits.disk // 1024**2} MB.",
        "pids": f"{tool} failed: it started more than {limits.pids} processes.",
    }.get(done.reason)
    if said is not None:
        return f"{said} Nothing it did to /workspace was kept."
    last = next((line for line in reversed(stderr.splitlines()) if line.strip()), "")
    tail = f": {last.strip()[:300]}" if last else "."
    return f"{tool} ended with exit code {done.exit_code}{tail}"


def _ms_since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
