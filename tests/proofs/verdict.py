"""What a soak came to: runs that were lost, and effects that were repeated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agentry.engine.verify import verify
from agentry.journal.events import Event
from agentry.journal.state import ENDED
from agentry.journal.trace_read import TraceReader
from agentry.store.database import Database
from agentry.store.invariants import check
from agentry.store.runs import RunReader
from agentry.store.traces import Traces
from tests.proofs.effects import REPEATS, Seen, all_seen


@dataclass
class Verdict:
    """`ended` counts by status; each of the lists holds sentences, and is empty where all is well.

    `caught`: how often an effect was asked for again under the key it had before.
    """

    ended: Counter[str] = field(default_factory=lambda: Counter())
    errors: Counter[str] = field(default_factory=lambda: Counter())
    caught: int = 0
    doubts: int = 0
    lost: list[str] = field(default_factory=lambda: [])
    repeated: list[str] = field(default_factory=lambda: [])
    broken: list[str] = field(default_factory=lambda: [])


def judge(database: Database, accepted: Mapping[str, str], effects: Path) -> Verdict:
    """Look at every accepted run, by id the name of its flow, and at what was seen outside."""
    reader, verdict = RunReader(database), Verdict(broken=check(database))
    traces = Traces(database, reader, "soak")
    root_of: dict[str, str] = {}
    done: dict[str, list[str]] = defaultdict(list)
    yes: Counter[str] = Counter()
    for run_id, flow in accepted.items():
        summary = reader.summary(run_id)
        verdict.ended[summary.status] += 1
        if summary.status not in ENDED:
            verdict.lost.append(f"{run_id} ({flow}) is {summary.status}")
        elif summary.status == "completed":
            done[flow].append(run_id)
        elif summary.error is not None:
            verdict.errors[str(summary.error["code"])] += 1
        for event in _with_children(reader, run_id, run_id, root_of):
            verdict.doubts += event.type == "call.in_doubt"
        yes += _said_yes(reader, [one for one, root in root_of.items() if root == run_id])
    for run_id in root_of:
        lines = "".join(traces.pieces(run_id)).encode().splitlines(keepends=True)
        problem = verify(TraceReader(lines)).problem
        verdict.broken += [] if problem is None else [f"{run_id}: {problem.message}"]
    seen = all_seen(effects)
    _look_for_lost(verdict, seen, root_of, done)
    _look_for_repeated(verdict, seen, root_of, yes)
    return verdict


def _with_children(
    reader: RunReader, run_id: str, root: str, root_of: dict[str, str]
) -> list[Event]:
    """Return the events of a run and of those that it ran, and note in `root_of` whose they are."""
    root_of[run_id] = root
    events = reader.events(run_id, 0, 10_000)
    below = {str(e.data["child_run_id"]) for e in events if "child_run_id" in e.data}
    return events + [e for one in below for e in _with_children(reader, one, root, root_of)]


def _said_yes(reader: RunReader, run_ids: list[str]) -> Counter[str]:
    """Return how often somebody let a call in doubt be made again, by `run call`."""
    found: Counter[str] = Counter()
    for run_id in run_ids:
        asked: dict[str, str] = {}
        for event in reader.events(run_id, 0, 10_000):
            question = str(event.data.get("approval_id"))
            if event.type == "approval.asked" and event.data.get("rule") == "in_doubt":
                asked[question] = str(event.call_id)
            elif event.type == "approval.decided" and event.data.get("decision") == "approve":
                found.update([f"{run_id} {asked[question]}"] if question in asked else [])
    return found


def _look_for_lost(
    verdict: Verdict, seen: list[Seen], root_of: dict[str, str], done: dict[str, list[str]]
) -> None:
    """All runs of one flow that completed must have had the same effects."""
    had: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        had[root_of.get(one.run_id, one.run_id)].add(f"{one.tool} {one.args}")
    for flow, run_ids in done.items():
        all_of_them = set[str]().union(*(had[run_id] for run_id in run_ids))
        for run_id in run_ids:
            for effect in sorted(all_of_them - had[run_id]):
                verdict.lost.append(f"{run_id} ({flow}) completed without {effect}")


def _look_for_repeated(
    verdict: Verdict, seen: list[Seen], root_of: dict[str, str], yes: Counter[str]
) -> None:
    keys: dict[str, Counter[str]] = defaultdict(Counter)
    calls: Counter[str] = Counter()
    for one in seen:
        repeat = REPEATS[one.tool]
        if one.run_id not in root_of:
            verdict.lost.append(f"{one.run_id} had {one.tool}, and nobody accepted it")
        # What fails and is tried again is another effect, on purpose.
        if repeat in ("keyed", "opaque") and one.tool != "flaky":
            what = f"{root_of.get(one.run_id)} {one.tool} {one.args}"
            keys[what][one.key if repeat == "keyed" else one.call_id] += 1
        if repeat == "opaque":
            calls[f"{one.run_id} {one.call_id}"] += 1
    sent = [one.key for one in seen if REPEATS[one.tool] == "keyed"]
    verdict.caught = len(sent) - len(set(sent))
    verdict.repeated += [f"{what}: {len(k)} keys" for what, k in keys.items() if len(k) > 1]
    verdict.repeated += [
        f"{call}: {count} times, {yes[call]} said yes"
        for call, count in calls.items()
        if count > 1 + yes[call]
    ]
