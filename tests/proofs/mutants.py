"""Faults put into the product on purpose, and the tests that must see each of them.

`python -m tests.proofs.mutants` (`make mutants`) tries them all and prints a table.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_S = 300
_BESIDE = ("tests", "schemas", "flows", "docs", "README.md", "design")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: `old` stands in `file` once and becomes `new`; `tests` must go red."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


_UNIT = "tests/unit/engine/"
_STARTED = (
    "        await self._log.started(request.context.call_id, data, durable=durable, doubt=doubt)\n"
)
MUTANTS = (
    Mutant(
        "no fence check",
        "engine/apply.py",
        'if task is None or task.fence != lease.fence or task.status != "running":',
        'if task is None or task.status != "running":',
        (f"{_UNIT}test_leases.py",),
    ),
    Mutant(
        "a kept state is not compared with the row",
        "engine/apply.py",
        "if kept is not None and kept[1].last_seq == row.last_seq:",
        "if kept is not None:",
        (f"{_UNIT}test_two_processes.py",),
    ),
    Mutant(
        "answer before commit",
        "store/committer.py",
        "                item.result = item.act(tx)\n",
        "                item.result = item.act(tx)\n"
        "                item.answer.set_result(item.result)\n",
        ("tests/unit/store/test_committer.py",),
    ),
    Mutant(
        "the key of a run is not looked up",
        "engine/apply.py",
        "        if row.idem_key is not None:\n",
        "        if row.idem_key is not None and not row.run_id:\n",
        (f"{_UNIT}test_leases.py",),
    ),
    Mutant(
        "a timer fires before its time",
        "store/writing/timers.py",
        '"SELECT run_id, timer_key, kind FROM timer WHERE fire_at <= :now ORDER BY',
        '"SELECT run_id, timer_key, kind FROM timer WHERE fire_at > 0 * :now ORDER BY',
        (f"{_UNIT}test_waits.py", f"{_UNIT}test_time_outs.py"),
    ),
    Mutant(
        "a join waits for one too many",
        "engine/decide.py",
        "    if good >= wanted:\n",
        "    if good > wanted:\n",
        (f"{_UNIT}test_order.py",),
    ),
    Mutant(
        "one attempt too many",
        "engine/outcomes.py",
        "attempt >= retry.attempts",
        "attempt > retry.attempts",
        (f"{_UNIT}test_failure.py",),
    ),
    Mutant(
        "a loop without a bound",
        "engine/begin.py",
        "    if rounds > most:\n",
        "    if rounds < 0:\n",
        (f"{_UNIT}test_loops.py",),
    ),
    Mutant(
        "a message counts twice",
        "engine/operate.py",
        "    if msg_id in change.state.received:\n",
        "    if not msg_id:\n",
        (f"{_UNIT}test_messages.py",),
    ),
    Mutant(
        "a cancel stays with the parent",
        "engine/project.py",
        '                self._tell_child(str(awaits["child_run_id"]), event, "cancel")\n',
        "                pass\n",
        (f"{_UNIT}test_children.py",),
    ),
    Mutant(
        "a pause lets lists go on",
        "engine/decide.py",
        "    if state.paused:\n        return []\n    siblings",
        "    siblings",
        (f"{_UNIT}test_pause.py",),
    ),
    Mutant(
        "a crash gives new time",
        "journal/fold_task.py",
        "    if task.active_since is None:\n        task.active_since = event.ts\n",
        "    task.active_since = event.ts\n",
        (f"{_UNIT}test_time_outs.py",),
    ),
    Mutant(
        "a yes without its subject",
        "policy/gate.py",
        "            if answer.subject != subject_of(binding, answer.args):\n",
        "            if not answer.subject:\n",
        ("tests/unit/policy", "tests/integration/effects/test_answers.py"),
    ),
    Mutant(
        "secrets are not taken out",
        "base/redact.py",
        "                value = value.replace(secret, HIDDEN)\n",
        "                value = str(value)\n",
        ("tests/integration/engine/test_secrets.py",),
    ),
    Mutant(
        "one person counts twice",
        "engine/answer.py",
        "    if votes.repeats(approval.votes, vote):\n",
        "    if not vote:\n",
        (f"{_UNIT}test_approvals.py", "tests/unit/policy"),
    ),
    Mutant(
        "the effect before its start",
        "policy/gate.py",
        _STARTED + "        return await self._gate.perform(request, self._log, args)\n",
        "        result = await self._gate.perform(request, self._log, args)\n"
        + _STARTED
        + "        return result\n",
        ("tests/unit/policy", "tests/integration/effects/test_in_doubt.py"),
    ),
    Mutant(
        "a heartbeat that lost a lease is ignored",
        "engine/executor.py",
        "                if held.get(key) != ours.fence:\n",
        "                if not held and not ours:\n",
        (f"{_UNIT}test_heartbeat.py",),
    ),
    Mutant(
        "a worker works on without the store",
        "engine/executor.py",
        "                if clock.monotonic() - kept_at > LEASE_MS / 1000 - 3:\n",
        "                if clock.monotonic() < kept_at:\n",
        (f"{_UNIT}test_heartbeat.py",),
    ),
    Mutant(
        "an old webhook call is taken",
        "triggers/signature.py",
        "    if abs(now_ms // 1000 - int(stamp)) > TOLERANCE_S:\n",
        "    if int(stamp) < 0:\n",
        ("tests/unit/triggers",),
    ),
    Mutant(
        "a list does not wait for a rescue",
        "engine/outcomes.py",
        "    return rescue is None or settled(state, rescue)\n",
        "    return True\n",
        ("tests/proofs/test_random_programs.py",),
    ),
    Mutant(
        "a zombie is believed, any order of acts",
        "engine/apply.py",
        'if task is None or task.fence != lease.fence or task.status != "running":',
        'if task is None or task.status != "running":',
        ("tests/proofs/test_state_machine.py",),
    ),
)


def stands_once(mutant: Mutant) -> bool:
    """Return whether the fault can be put in: its place is there, once."""
    return (ROOT / "backend/agentry" / mutant.file).read_text().count(mutant.old) == 1


def killed(mutant: Mutant) -> tuple[bool, str]:
    """Put the fault into a copy and run its tests; return whether one went red, and its name."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        source = ROOT / "backend/agentry"
        skip = shutil.ignore_patterns("_ui", "__pycache__")
        shutil.copytree(source, copy / "backend/agentry", ignore=skip)
        shutil.copy(ROOT / "pyproject.toml", copy)
        for name in _BESIDE:
            (copy / name).symlink_to(ROOT / name)
        file = copy / "backend/agentry" / mutant.file
        file.write_text(file.read_text().replace(mutant.old, mutant.new))
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, "-k", "not postgres", *mutant.tests],
            cwd=copy,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    # 1: tests failed. Anything else (no tests, a broken import) proves nothing.
    last = next((line for line in done.stdout.splitlines() if line.startswith("FAILED")), "")
    return done.returncode == 1 and bool(last), last or done.stdout[-300:]


def main(names: Sequence[str]) -> int:
    """Try the mutants whose names are given, or all; return how many live on."""
    alive = 0
    for mutant in MUTANTS:
        if names and mutant.name not in names:
            continue
        dead, said = killed(mutant)
        alive += not dead
        verdict = "killed" if dead else "ALIVE "
        sys.stdout.write(f"{verdict}  {mutant.name:<42} {said[:110]}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{alive} of {len(MUTANTS)} live on\n")
    return alive


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
