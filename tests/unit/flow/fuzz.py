"""Run the reader's property tests for long: `FUZZ_SECONDS=300 python -m tests.unit.flow.fuzz`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from agentry.flow.expr import ExpressionError, evaluate, resolve
from tests.unit.flow.test_hostile import PIECES, TEXTS, answers

ROUND = 500
"""Inputs of one property before the next one has its turn."""
SLOW_S = 10
"""Processor seconds above which an answer counts as none."""

settings.register_profile(
    "fuzz",
    max_examples=ROUND,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)

_EXPRESSION = [*PIECES, "(", ")", ".map(x, ", "+", "?", "==", "1", "'", "\\", ".matches('"]
_DAMAGE = st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(["", *PIECES]))


def _damaged(text: str, damages: list[tuple[float, int, str]]) -> str:
    for place, length, piece in damages:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


def _computes(source: str) -> None:
    for compute in (evaluate, resolve):
        try:
            compute(source, {"a": 1, "inputs": {"list": [1, 2], "s": "é"}})
        except ExpressionError:
            continue


PROPERTIES: dict[str, tuple[st.SearchStrategy[str], Callable[[str], object]]] = {
    "texts": (st.text(max_size=2000), answers),
    "marks": (st.lists(st.sampled_from(PIECES), max_size=80).map("".join), answers),
    "damage": (
        st.builds(_damaged, st.sampled_from(TEXTS), st.lists(_DAMAGE, min_size=1, max_size=12)),
        answers,
    ),
    "expressions": (
        st.lists(st.sampled_from(_EXPRESSION), max_size=24).map("".join),
        _computes,
    ),
}


class Fuzz:
    """Counts inputs, and remembers why the last one failed."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.until = self.started + seconds
        self.inputs = 0
        self.failure = ""

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until

    def round(self, name: str) -> str | None:
        """Try one round of inputs; return the smallest that fails."""
        strategy, answer = PROPERTIES[name]

        def fails(text: str) -> bool:
            if self.over and not self.failure:
                return False
            self.inputs += 1
            started = time.process_time()
            try:
                answer(text)
            except Exception:
                self.failure = traceback.format_exc()
                return True
            if time.process_time() - started > SLOW_S:
                self.failure = f"It took over {SLOW_S} processor seconds.\n"
                return True
            return False

        try:
            return find(strategy, fails, settings=settings.get_profile("fuzz"))
        except NoSuchExample:
            return None


def main() -> int:
    """Take turns until the time is over or an input fails."""
    fuzz = Fuzz(float(os.environ.get("FUZZ_SECONDS") or 300))
    while not fuzz.over:
        for name in PROPERTIES:
            failing = fuzz.round(name)
            if failing is not None:
                folder = Path(tempfile.mkdtemp(prefix="agentry-fuzz-"))
                (folder / "input.txt").write_bytes(failing.encode("utf-8", "surrogatepass"))
                (folder / "why.txt").write_text(fuzz.failure, "utf-8")
                sys.stdout.write(f"{fuzz.failure}fuzz: {name} failed; its input is in {folder}\n")
                return 1
        seconds = time.monotonic() - fuzz.started
        sys.stdout.write(f"fuzz: {fuzz.inputs} inputs in {seconds:.0f} s\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
