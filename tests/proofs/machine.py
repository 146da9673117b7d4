"""A studio under a person, workers and chance that do anything at any time; and what must hold.

The model is small on purpose. It does not say what runs do next (the random programs prove that),
but what no order of acts may ever bring about.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agentry.base.errors import AgentryError, BadRequest
from agentry.engine.errors import (
    AlreadyDecided,
    IdempotencyMismatch,
    LeaseLost,
    NothingToContinue,
    RunEnded,
)
from agentry.engine.port import Lease
from agentry.journal.events import TASK_OUTCOMES
from agentry.journal.fold import fold_all
from agentry.journal.state import ENDED
from tests.unit.engine.lab import Lab
from tests.unit.engine.traced import unproven

FLOW = """
inputs: {n: {type: integer}}
tasks:
  - id: both
    parallel:
      - {id: ask, approval: {ask: Sure?, need: 2, expires: 1h}, on_error: continue}
      - {id: paid, wait: {message: paid, expires: 2h}}
      - {id: left, tool: echo, retry: {attempts: 2, delay: 5s}}
      - {id: right, tool: echo, timeout: 40s, on_error: continue}
      - {id: rest, wait: {for: 30s}}
  - id: race
    parallel: {join: any, do: [{id: hare, tool: echo}, {id: hedgehog, tool: echo}]}
    on_error: [{id: mend, tool: echo}]
"""
PEOPLE = ("ana", "bo", "cy")
SPANS_MS = (1_000, 6_000, 40_000, 3_600_000)


@dataclass
class Known:
    """What is known of one run."""

    messages: set[str] = field(default_factory=lambda: set[str]())
    votes: set[str] = field(default_factory=lambda: set[str]())
    decided: int = 0
    paused_at: int | None = None
    ended: tuple[str, int] | None = None


class Studio(RuleBasedStateMachine):
    """Each rule is an act; each checks the answer to it."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.lab = Lab(Path(self.folder.name))
        self.runs: dict[str, Known] = {}
        self.keys: dict[str, tuple[int, str]] = {}
        self.leases: list[Lease] = []
        self.newest: dict[tuple[str, str], Lease] = {}
        self.start(None, 1)

    def teardown(self) -> None:
        if not hasattr(self, "lab"):
            return
        try:
            assert unproven(self.lab) == []
        finally:
            self.lab.close()
            self.runner.close()
            self.folder.cleanup()

    def _do(self, act: Awaitable[object], *expected: type[AgentryError] | None) -> object:
        """Return what `act` gives, or the type of what it raises; it must be one of `expected`."""
        answer: object = None

        async def run() -> object:
            return await act

        try:
            answer = self.runner.run(run())
            got = None
        except AgentryError as problem:
            answer = got = type(problem)
        assert got in expected, f"{got} instead of {expected}"
        return answer

    def _pick(self, number: int) -> str:
        return list(self.runs)[number % len(self.runs)]

    def _over(self, run: str) -> bool:
        return self.lab.summary(run).status in ENDED

    # --- a person --------------------------------------------------------------------------------

    @rule(key=st.sampled_from([None, "k1", "k2"]), n=st.integers(1, 2))
    def start(self, key: str | None, n: int) -> None:
        before = self.keys.get(key) if key is not None else None
        other = before is not None and before[0] != n
        made = self._do(self.lab.start(FLOW, {"n": n}, key), IdempotencyMismatch if other else None)
        if before is not None:
            assert made in (before[1], IdempotencyMismatch)
            return
        assert isinstance(made, str)
        assert made not in self.runs
        self.runs[made] = Known()
        if key is not None:
            self.keys[key] = (n, made)

    @rule(number=st.integers(0, 9), by=st.sampled_from(PEOPLE), no=st.integers(0, 5))
    def answer(self, number: int, by: str, no: int) -> None:
        run = self._pick(number)
        known = self.runs[run]
        asked = [e for e in self.lab.events(run) if e.type == "approval.asked"]
        if not asked:
            return
        approval = str(asked[0].data["approval_id"])
        still = self.lab.reader.approval(approval).status == "open"
        taken = still and (by not in known.votes or no == 5)
        word = "deny" if no == 5 else "approve"
        for expected in (None if taken else AlreadyDecided, AlreadyDecided):
            self._do(self.lab.engine.decide(run, approval, word, by, "", None), expected)
        if taken:
            known.votes.add(by)
            known.decided += no == 5 or len(known.votes) == 2
        said = [e.type for e in self.lab.events(run)]
        assert said.count("approval.decided") == known.decided <= 1

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        run = self._pick(number)
        over = self._over(run)
        self._do(self.lab.engine.cancel(run, "ana", ""), RunEnded if over else None)
        assert over or self.lab.summary(run).status == "cancelled"

    @rule(number=st.integers(0, 9), msg_id=st.sampled_from(["m1", "m2"]), right=st.booleans())
    def send(self, number: int, msg_id: str, right: bool) -> None:
        run = self._pick(number)
        known, before = self.runs[run], self.lab.summary(run).last_seq
        again, over = msg_id in known.messages, self._over(run)
        act = self.lab.engine.send(run, "paid" if right else "other", 1, msg_id, "shop")
        fresh = self._do(act, RunEnded if over and not again else None)
        assert fresh == (RunEnded if over and not again else not again)
        assert not again or self.lab.summary(run).last_seq == before
        if fresh is True:
            known.messages.add(msg_id)
        if not over:
            act = self.lab.engine.send(run, "paid", 2, msg_id, "shop")
            assert self._do(act, None) is False

    @rule(number=st.integers(0, 9), on=st.booleans())
    def pause(self, number: int, on: bool) -> None:
        run = self._pick(number)
        engine = self.lab.engine
        act = engine.resume(run, "ana") if on else engine.pause(run, "ana", "")
        if self._do(act, RunEnded if self._over(run) else None) is None:
            self.runs[run].paused_at = None if on else self._begun(run)

    @rule(number=st.integers(0, 9), at=st.integers(0, 30), again=st.booleans())
    def fork(self, number: int, at: int, again: bool) -> None:
        run = self._pick(number)
        summary = self.lab.summary(run)
        if not again:
            act = self.lab.fork(run, "fork", at_seq=max(1, summary.last_seq - at))
            made = self._do(act, None)
        elif summary.status in ("failed", "cancelled"):
            made = self._do(self.lab.fork(run, "continue"), None)
        else:
            over = summary.status == "completed"
            self._do(self.lab.fork(run, "continue"), NothingToContinue if over else BadRequest)
            return
        assert isinstance(made, str)
        carried = fold_all(made, self.lab.events(made)[:1]).messages
        self.runs[made] = Known({str(message["msg_id"]) for message in carried})
        for msg_id in self.runs[made].messages:
            assert self._do(self.lab.engine.send(made, "paid", 2, msg_id, "shop"), None) is False

    # --- workers ---------------------------------------------------------------------------------

    @rule(worker=st.sampled_from("vw"), limit=st.integers(1, 3))
    def claim(self, worker: str, limit: int) -> None:
        leases = self._do(self.lab.claim(limit, worker), None)
        for lease in cast(list[Lease], leases):
            before = self.newest.get((lease.run_id, lease.path))
            assert before is None or lease.fence > before.fence
            assert not self._over(lease.run_id)
            assert self.runs[lease.run_id].paused_at is None
            self.newest[lease.run_id, lease.path] = lease
            self.leases.append(lease)

    @precondition(lambda self: bool(self.leases))
    @rule(number=st.integers(0, 30), good=st.booleans())
    def report(self, number: int, good: bool) -> None:
        """Report under any lease there ever was: only the newest counts, and only once."""
        lease = self.leases[-1 - number % len(self.leases)]
        run, path = lease.run_id, lease.path
        ours = self.newest[run, path] is lease
        going = ours and self.lab.status_of(run, path) == "running"
        before = self.lab.summary(run).last_seq
        act = self.lab.complete(lease, 1) if good else self.lab.fail(lease)
        self._do(act, None if going else LeaseLost)
        assert going or self.lab.summary(run).last_seq == before
        assert not going or self.lab.status_of(run, path) != "running"

    # --- chance ----------------------------------------------------------------------------------

    @rule(span=st.sampled_from(SPANS_MS))
    def pass_time(self, span: int) -> None:
        self._do(self.lab.pass_time(span), None)

    @rule(number=st.integers(0, 30), good=st.booleans(), others=st.booleans())
    def lose_leases(self, number: int, good: bool, others: bool) -> None:
        """Let every lease end; where others take over, whoever had one comes back late."""
        self.lab.clock.advance(15_000)
        if others:
            before = len(self.leases)
            self.claim("x", 9)
            if before:
                self.report(len(self.leases) - 1 - number % before, good)

    @rule()
    def restart(self) -> None:
        self.lab.restart()

    # --- what holds ------------------------------------------------------------------------------

    def _begun(self, run: str) -> int:
        kinds = ("task.scheduled", "approval.asked")
        return sum(event.type in kinds for event in self.lab.events(run))

    @invariant()
    def nothing_is_broken(self) -> None:
        if hasattr(self, "lab"):
            assert self.lab.broken() == []

    @invariant()
    def runs_keep_their_word(self) -> None:
        for run, known in getattr(self, "runs", dict[str, Known]()).items():
            summary = self.lab.summary(run)
            now = (summary.status, summary.last_seq)
            assert known.ended in (None, now)
            if summary.status in ENDED:
                known.ended = now
            events = self.lab.events(run)
            ends = Counter(event.path for event in events if event.type in TASK_OUTCOMES)
            assert not [path for path, times in ends.items() if times > 1]
            assert known.paused_at in (None, self._begun(run)) or known.ended is not None
