"""Run one flow in the lab and in the reference, step by step, with crashes between the steps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from agentry.base.json import Json
from agentry.engine.errors import LeaseLost
from agentry.engine.port import Lease, Transaction
from agentry.journal.fold import fold_all
from agentry.journal.state import ENDED
from agentry.store.database import Database
from tests.proofs.items import Item
from tests.proofs.meaning import Reference
from tests.proofs.timed_programs import Spec
from tests.unit.engine.lab import Lab

Pick = Callable[[list[str]], str]
_HOST, _PID = "lockstep", 4242


def lab_in(folder: Path, empty: Path) -> Lab:
    """Open a lab on a copy of the `empty` database."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(empty, folder / "lab.db")
    return Lab(folder)


def empty_database(folder: Path) -> Path:
    database = Database(folder / "empty.db", full_sync=False)
    database.prepare()
    database.close()
    return folder / "empty.db"


class Lockstep:
    """One run in two worlds; `pick` chooses what happens next."""

    def __init__(self, lab: Lab, flow: Spec, pick: Pick) -> None:
        self._lab = lab
        self._flow = flow
        self._pick = pick
        self._held: dict[str, Lease] = {}
        self._old: list[Lease] = []
        self._crashes = 0
        self._told = 0
        self._worker = "w0"
        self._pauses = 0

    async def run(self) -> None:
        """Take steps until the run has ended in both worlds, the same in both after each."""
        self._run = await self._lab.start(json.dumps(self._flow))
        self._reference = Reference(self._flow, self._lab.clock.now_ms())
        await self._join()
        while self._reference.root.status == "running":
            await self._take()
            self._compare_open()
            await self._step(self._pick(self._steps()))
            await self._time(1)
            self._compare()
        broken = self._lab.broken()
        assert broken == [], broken

    def _steps(self) -> list[str]:
        world = self._reference
        steps = [f"work {p}" for p, i in world.open("tool").items() if not i.spec.get("x-hangs")]
        for path, item in world.open("approval").items():
            if item.spec["x-answer"] != "none":
                steps.append(f"answer {path}")
        waiting = [i.spec["wait"].get("message") for i in world.open("wait").values()]
        names = ("paid", "sent") if self._told < 4 else waiting
        steps += sorted({f"tell {name}" for name in names if name})
        if world.next_due() is not None:
            steps.append("time")
        if world.paused:
            held = [f"work {path}" for path in self._held]
            steps = [step for step in steps if step in held or not step.startswith("work")]
            return [*steps, "resume", "restart"]
        assert steps, "nothing can happen, and the run goes on"
        if self._pauses < 2:
            steps.append("pause")
        if self._crashes < 3:
            steps += ["restart", "crash"]
        if self._old:
            steps.append("zombie")
        return steps

    async def _step(self, step: str) -> None:
        verb, _, what = step.partition(" ")
        if verb == "work":
            await self._work(what)
        elif verb == "answer":
            await self._answer(what)
        elif verb == "tell":
            self._told += 1
            payload: Json = {"said": what}
            send = self._lab.engine.send(self._run, what, payload, f"m{self._told}", "tester")
            assert await send
            self._reference.tell(what)
        elif verb == "time":
            due = self._reference.next_due()
            assert due is not None
            await self._time(due - self._reference.now)
        elif verb in ("pause", "resume"):
            await self._pause(verb == "pause")
        elif verb == "zombie":
            with suppress(LeaseLost):
                await self._lab.complete(self._old.pop(), "zombie")
                raise AssertionError("a zombie was heard")
        else:
            self._crashes += 1
            self._lab.restart()
            if verb == "crash":
                await self._crash()

    async def _work(self, path: str) -> None:
        lease = self._held.pop(path)
        spec = self._reference.items[path].spec
        self._reference.work(path)
        if lease.attempt <= spec["x-fails"]:
            await self._lab.fail(lease, spec["x-code"])
        else:
            await self._lab.complete(lease, self._given(path))
        self._old.append(lease)

    def _given(self, path: str) -> Json:
        """Return what an echo gives back: what the engine handed to it."""
        state = fold_all(self._run, self._lab.events(self._run))
        return state.tasks[path].given["args"]

    async def _answer(self, path: str) -> None:
        item = self._reference.items[path]
        [asked] = [a for a in self._lab.reader.approvals("open") if a.path == path]
        verb = item.spec["x-answer"]
        person = f"person-{item.votes}"
        await self._lab.engine.decide(self._run, asked.approval_id, verb, person, "", None)
        self._reference.answer(path, verb, person)

    async def _time(self, passes: int) -> None:
        self._reference.pass_time(passes)
        await self._lab.pass_time(passes)
        now = self._lab.clock.now_ms()
        await self._lab.committer.submit(lambda tx: tx.extend(self._worker, now + 15_000, now))

    async def _take(self) -> None:
        """Claim what can be claimed; forget leases of tasks that are no longer worked on."""
        open_now = self._reference.open("tool")
        for path in list(self._held):
            item = open_now.get(path)
            if item is None or item.attempt != self._held[path].attempt:
                self._old.append(self._held.pop(path))
        for lease in await self._lab.claim(100, self._worker):
            self._held[lease.path] = lease
            self._reference.take(lease.path)

    async def _pause(self, on: bool) -> None:
        engine = self._lab.engine
        self._pauses += on
        self._reference.pause(on)
        if on:
            await engine.pause(self._run, "tester", "")
        else:
            await engine.resume(self._run, "tester")

    async def _join(self) -> None:
        now = self._lab.clock.now_ms()
        await self._lab.committer.submit(lambda tx: tx.join(self._worker, "w", _HOST, _PID, now))

    async def _crash(self) -> None:
        """Lose every lease: the process that held them is gone."""
        now = self._lab.clock.now_ms()

        def act(tx: Transaction) -> None:
            tx.expire_dead(_HOST, lambda _pid: False, now)

        await self._lab.committer.submit(act)
        self._worker = f"w{self._crashes}"
        await self._join()
        self._old += self._held.values()
        self._held.clear()

    def _compare_open(self) -> None:
        if self._reference.paused:
            return
        held = {path: lease.attempt for path, lease in self._held.items()}
        wanted = {p: i.attempt for p, i in self._reference.open("tool").items()}
        assert held == wanted, (held, wanted)
        asked = {approval.path for approval in self._lab.reader.approvals("open")}
        assert asked == set(self._reference.open("approval"))

    def _compare(self) -> None:
        """Every path has the same status, attempt, output and error in both worlds."""
        state = fold_all(self._run, self._lab.events(self._run))
        root = self._reference.root
        ended = state.status if state.status in ENDED else "running"
        assert ended == root.status, f"{ended}: {state.error}"
        assert state.outputs == (self._reference.outputs if ended == "completed" else None)
        theirs = {path: _said(i) for path, i in self._reference.items.items() if path}
        ours: dict[str, tuple[Json, ...]] = {}
        for path, task in state.tasks.items():
            running = task.status in ("ready", "running", "waiting")
            code = task.reason if task.status == "skipped" else (task.error or {}).get("code")
            status = "running" if running else task.status
            ours[path] = (status, task.attempt, task.output, None if running else code or None)
        differs = {p: (ours.get(p), theirs.get(p)) for p in ours.keys() | theirs.keys()}
        assert ours == theirs, {p: pair for p, pair in differs.items() if pair[0] != pair[1]}
        if ended == "failed":
            assert (state.error or {}).get("code") == root.code


def _said(item: Item) -> tuple[Json, ...]:
    return item.status, item.attempt, item.output, item.code or None
