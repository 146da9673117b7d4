"""`agentry run`: start a flow (or go on with a run), watch it, answer for it, report its end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.base.settings import Settings, load_settings
from agentry.cli import console, report
from agentry.cli.door import Door, open_door, own_door
from agentry.cli.inputs import ask_missing, given_inputs
from agentry.cli.questions import Questions
from agentry.cli.source import FlowOnDisk, flow_file, line_of, read_flow
from agentry.cli.trace_write import keep_trace
from agentry.engine.compile import FlowSource
from agentry.flow.read import read
from agentry.journal.events import RUN_TERMINAL
from agentry.store.beside import Beside

if TYPE_CHECKING:
    from agentry.cli.progress import View


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed."""

    flow: str | None
    inputs: tuple[str, ...]
    as_json: bool
    trace: Path | None
    yes: bool
    resume: str | None


@dataclass
class Watch:
    """How one run was watched: whether a person broke in, and who answers its questions."""

    door: Door
    run_id: str
    questions: Questions
    interrupted: bool = False
    _notes: set[asyncio.Task[None]] = field(default_factory=lambda: set())

    def on_interrupt(self, whole: asyncio.Task[object] | None) -> None:
        """Cancel the run at the first Ctrl-C, leave at the second."""
        if self.interrupted:
            if whole is not None:
                whole.cancel()
            return
        self.interrupted = True
        self.questions.drop()
        console.say(f"Cancelling {self.run_id}; press Ctrl-C again to leave at once.")
        note = asyncio.get_running_loop().create_task(self._cancel())
        self._notes.add(note)

    async def _cancel(self) -> None:
        with suppress(AgentryError):
            await self.door.cancel(self.run_id, "Interrupted at the terminal.")


def run_flow(wanted: Wanted) -> int:
    """Run and report; return the exit code."""
    if (wanted.flow is None) == (wanted.resume is None):
        raise console.WrongUse(
            "Give either a flow or --resume RUN_ID.", hint="See `agentry run --help`."
        )
    if wanted.resume is not None and wanted.inputs:
        raise console.WrongUse("A run that is resumed keeps its inputs.", hint="Leave out -i.")
    found = None if wanted.flow is None else _on_disk(wanted.flow)
    if found is not None and not _readable(found.given, found.flow):
        return console.WRONG_USE
    settings = load_settings()
    try:
        if wanted.trace is not None:
            _check_writable(wanted.trace)
        return asyncio.run(_run(wanted, found, settings))
    except asyncio.CancelledError:
        return console.INTERRUPTED


def _on_disk(given: str) -> FlowOnDisk | None:
    file = flow_file(given)
    return None if file is None else read_flow(given, file)


def _readable(where: str, flow: FlowSource) -> bool:
    findings = read(flow.text, name=flow.name, loader=Beside(flow.base)).diagnostics
    errors = [finding for finding in findings if finding.severity == "error"]
    for finding in errors[:20]:
        console.say(line_of(where, finding))
    return not errors


async def _run(wanted: Wanted, found: FlowOnDisk | None, settings: Settings) -> int:
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(open_door(settings))
        if wanted.resume is not None:
            run_id = await _gone_on(door, wanted.resume)
            await door.attach(run_id)
        else:
            flow = found.flow if found is not None else await door.flow(str(wanted.flow))
            if found is None and not _readable(flow.name, flow):
                return console.WRONG_USE
            document = read(flow.text, name=flow.name, loader=Beside(flow.base)).document
            schemas = document.inputs if document is not None else {}
            inputs = ask_missing(given_inputs(wanted.inputs, schemas), schemas)
            file = found.file if found is not None else None
            door, run_id = await _started(stack, door, settings, flow, file, inputs)
        return await attend(door, run_id, wanted, settings)


async def _gone_on(door: Door, run_id: str) -> str:
    """Return the run that goes on: this one, or where it ended badly the one that continues it."""
    run = await door.run(run_id)
    if run.get("status") == "completed" or not (run.get("paused") or run.get("ended_at")):
        return run_id
    goes_on = str((await door.ask("POST", f"/runs/{run_id}/continue", {})).get("run_id"))
    if goes_on != run_id:
        console.say(f"{run_id} {run.get('status')}; {goes_on} continues it.")
    return goes_on


async def _started(
    stack: AsyncExitStack,
    door: Door,
    settings: Settings,
    flow: FlowSource,
    file: Path | None,
    inputs: JsonObject,
) -> tuple[Door, str]:
    try:
        return door, await door.start(flow, file, inputs)
    except console.WrongUse as other:
        if other.code != "not_in_folder":
            raise
    # The running studio has another folder open; the run is made here, on the same data folder.
    own = await stack.enter_async_context(own_door(settings))
    return own, await own.start(flow, file, inputs)


async def attend(door: Door, run_id: str, wanted: Wanted, settings: Settings) -> int:
    """Watch a run to its end (or to where it waits), report it, return the exit code."""
    terminal = console.is_terminal() and not wanted.as_json
    questions = Questions(door, run_id, yes=wanted.yes, ask=terminal)
    watch = Watch(door, run_id, questions)
    async with _interruptible(watch):
        await _follow(watch, terminal=terminal)
        run = await door.run(run_id)
        if wanted.trace is not None:
            await keep_trace(door, run_id, wanted.trace)
    if wanted.as_json:
        console.out_json(report.result(run))
    else:
        report.show(run, settings.home / "runs" / run_id / "workspace")
    if run["status"] == "waiting":
        report.say_how_to_answer(await questions.open(), run_id)
    elif run["status"] != "completed":
        report.say_why(run)
    if watch.interrupted:
        return console.INTERRUPTED
    return console.OK if run["status"] == "completed" else console.FAILED


async def _follow(watch: Watch, *, terminal: bool) -> None:
    """Follow the run to its end, or to where only people could go on and nobody is here to ask."""
    from agentry.cli.progress import LiveView, Silence

    view = LiveView(console.rich_err()) if terminal else Silence()
    after = 0
    try:
        # A run that is resumed has a past: questions in it may have their answers already.
        for event in await watch.door.events(watch.run_id, 0):
            after = _take(watch, view, event)
            if event["type"] in RUN_TERMINAL:
                return
        if await _stuck(watch, view):
            return
        async with aclosing(watch.door.follow(watch.run_id, after)) as events:
            async for event in events:
                _take(watch, view, event)
                if await _stuck(watch, view):
                    return
    finally:
        view.close()


def _take(watch: Watch, view: View, event: JsonObject) -> int:
    view.see(event)
    watch.questions.note(event)
    seq = event.get("seq")
    return seq if isinstance(seq, int) else 0


async def _stuck(watch: Watch, view: View) -> bool:
    """Answer what is asked; return whether the run now waits for somebody who is not here."""
    if not watch.questions.waiting or watch.interrupted:
        return False
    view.pause()
    answered = await watch.questions.answer()
    view.go_on()
    if answered or watch.interrupted:
        return False
    return (await watch.door.run(watch.run_id))["status"] == "waiting"


def _check_writable(path: Path) -> None:
    """Find out before the run, not after it, that its trace cannot be written."""
    made = not path.exists()
    try:
        path.open("a").close()
        if made:
            path.unlink()
    except OSError as problem:
        raise console.WrongUse(
            f"The trace cannot be written to {path}: {problem.strerror}.",
            hint="Nothing was run. Give another file with --trace.",
        ) from None


@asynccontextmanager
async def _interruptible(watch: Watch) -> AsyncGenerator[None]:
    loop = asyncio.get_running_loop()
    whole = asyncio.current_task()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, watch.on_interrupt, whole)
    try:
        yield
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(sign)
