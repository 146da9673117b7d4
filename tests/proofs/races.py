"""Two processes' worth of studios on one database, and people who answer at the same moment."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier

from agentry.base.errors import Conflict
from agentry.engine.errors import AlreadyDecided, RunEnded
from tests.unit.engine.lab import Lab

HOUR_MS = 3_600_000
ENDS = "tasks: [{id: sure, approval: {ask: 'Go on?', expires: 1h}}]"
GOES_ON = ENDS.replace("}}]", "}, on_error: continue}, {id: go, tool: echo}]")
"""A question that ends its run, and one that its run outlives."""

SETTLED = ("approval.decided", "approval.expired", "approval.cancelled")
_BY = {"approval.expired": "expire", "approval.cancelled": "cancel"}
_PATIENCE_S = 20
Contender = Callable[[Lab], Awaitable[None]]
Answer = tuple[str, Conflict | None]


def _person(run: str, approval: str, word: str) -> Contender:
    return lambda lab: lab.engine.decide(run, approval, word, word, "", None)


def _cancel(run: str) -> Contender:
    return lambda lab: lab.engine.cancel(run, "boss", "")


async def _expire(lab: Lab) -> None:
    await lab.pass_time(0)


class Races:
    """Rounds of one question, answered, expired and cancelled through both labs at one barrier."""

    def __init__(self, place: Path | str, seed: int) -> None:
        self._place = place
        self._chance = random.Random(seed)
        self._barrier = Barrier(2, timeout=_PATIENCE_S)
        self.winners: Counter[str] = Counter()

    def run(self, rounds: int, *texts: str) -> None:
        """Race `rounds` times, with each text in turn; fail where there is not just one winner."""
        with ExitStack() as stack:
            labs = [stack.enter_context(closing(Lab(self._place))) for _ in range(2)]
            pool = stack.enter_context(ThreadPoolExecutor(2))
            for number in range(rounds):
                self._round(labs, pool, texts[number % len(texts)], f"round {number}")
            assert labs[0].broken() == []

    def _round(self, labs: list[Lab], pool: ThreadPoolExecutor, text: str, where: str) -> None:
        run = asyncio.run(labs[0].start(text))
        [asked] = labs[0].reader.approvals("open")
        for lab in labs:
            # Both have the run in memory now, and one of them as it was before the other wrote.
            asyncio.run(lab.engine.set_breakpoints(run, [], "tester"))
            lab.clock.advance(HOUR_MS)
        sides = [self._contenders(run, asked.approval_id) for _ in labs]
        answers = [answer for side in pool.map(self._contend, labs, sides) for answer in side]
        winner = _settled_by(labs[0], run, where)
        _judge(answers, winner, where, only=text == ENDS)
        self.winners[winner] += 1

    def _contenders(self, run: str, approval: str) -> list[tuple[str, Contender]]:
        contenders = [
            ("approve", _person(run, approval, "approve")),
            ("deny", _person(run, approval, "deny")),
            ("expire", _expire),
            ("cancel", _cancel(run)),
        ]
        self._chance.shuffle(contenders)
        return contenders

    def _contend(self, lab: Lab, contenders: list[tuple[str, Contender]]) -> list[Answer]:
        async def one(name: str, act: Contender) -> Answer:
            try:
                await act(lab)
            except Conflict as refused:
                return name, refused
            return name, None

        async def all_at_once() -> list[Answer]:
            return list(await asyncio.gather(*(one(*contender) for contender in contenders)))

        self._barrier.wait()
        return asyncio.run(all_at_once())


def _settled_by(lab: Lab, run: str, where: str) -> str:
    [event] = [found for found in lab.events(run) if found.type in SETTLED] or [None]
    assert event is not None, f"{where}: nothing settled the question"
    return str(event.data["decision"]) if event.type == SETTLED[0] else _BY[event.type]


def _judge(answers: list[Answer], winner: str, where: str, *, only: bool) -> None:
    """Fail unless `winner` alone got through; `only`: a cancel after it must be refused too."""
    for name, refused in answers:
        if refused is not None:
            assert isinstance(refused, AlreadyDecided | RunEnded), f"{where}: {name}: {refused}"
            assert refused.status == 409, where
    through = Counter(name for name, refused in answers if refused is None and name != "expire")
    if not only and winner != "cancel":
        assert through.pop("cancel", 0) <= 1, where
    assert through == ({} if winner == "expire" else {winner: 1}), f"{where}: {winner} {through}"
