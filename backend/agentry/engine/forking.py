"""A fork as asked for, and the run it makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import msgspec

from agentry.base.errors import BadRequest
from agentry.base.json import Json, JsonObject
from agentry.engine.apply import NewRun
from agentry.engine.errors import NothingToContinue, UnknownPlace
from agentry.engine.fork import carried, seq_before
from agentry.engine.inputs import fit_inputs
from agentry.engine.plan import PlanIndex
from agentry.engine.port import RunRow
from agentry.journal.events import Event
from agentry.journal.fold import fold_all
from agentry.journal.state import ENDED, RunState


class Fork(msgspec.Struct, frozen=True):
    """A new run that starts where `source` stood.

    `continue` begins again what ended badly in a run that has ended; `fork` starts from the state
    after event `at_seq` (default: the last), or just before anything happened at the task
    `from_path`. `inputs` and `outputs` (path -> output) replace what the old run had; `trial` is
    as in `RunState.trial`; `budget` tops up the flow's.
    """

    run_id: str
    source: str
    kind: Literal["fork", "continue"]
    by: str
    now: int
    at_seq: int | None = None
    from_path: str | None = None
    inputs: JsonObject = msgspec.field(default_factory=lambda: {})
    outputs: JsonObject = msgspec.field(default_factory=lambda: {})
    trial: JsonObject = msgspec.field(default_factory=lambda: {})
    budget: JsonObject = msgspec.field(default_factory=lambda: {})
    idem_key: str | None = None
    idem_hash: str = ""


def forked(fork: Fork, row: RunRow, index: PlanIndex, events: Sequence[Event]) -> NewRun:
    """Return the run that `fork` asks for; raise what is wrong with the asking."""
    seq = _seq(fork, row, index, events)
    state = fold_all(row.run_id, events[:seq])
    if fork.kind == "continue":
        _continuable(state)
    lent = frozenset(str(value) for value in state.inputs.values())
    inputs = fit_inputs(row.flow, index.plan.inputs, {**state.inputs, **fork.inputs}, lent)
    reopen = fork.kind == "continue"
    tasks = carried(index, state, reopen=reopen, outputs=fork.outputs)
    origin: JsonObject = {"run_id": row.run_id, "seq": seq, "kind": fork.kind}
    more: JsonObject = {"forked": origin, "carried": cast(list[Json], tasks)}
    given: JsonObject = {
        "messages": cast(list[Json], state.messages),
        "child_env": state.child_env,
        "trial": fork.trial,
        "budget": {**state.budget, **fork.budget},
    }
    more |= {name: value for name, value in given.items() if value}
    new = RunRow(
        run_id=fork.run_id,
        flow=row.flow,
        title=row.title,
        plan_id=row.plan_id,
        revision=row.revision,
        status="accepted",
        last_seq=0,
        idem_key=fork.idem_key,
        idem_hash=fork.idem_hash,
        by=fork.by,
        created_at=fork.now,
        forked_from=row.run_id,
        forked_at_seq=seq,
    )
    return NewRun(new, inputs, state.env, index, more=more)


def _seq(fork: Fork, row: RunRow, index: PlanIndex, events: Sequence[Event]) -> int:
    if fork.from_path is not None:
        first: dict[str, int] = {}
        for event in events:
            first.setdefault(event.path, event.seq)
        seq = seq_before(first, fork.from_path)
        if seq is None:
            raise UnknownPlace(row.run_id, fork.from_path)
        return seq
    if fork.at_seq is None:
        return row.last_seq
    if not 1 <= fork.at_seq <= row.last_seq:
        raise BadRequest(
            f"Run {row.run_id} has events 1 to {row.last_seq}; there is none at {fork.at_seq}.",
            hint="Name one of them in `at_seq`.",
        )
    return fork.at_seq


def _continuable(state: RunState) -> None:
    if state.status == "completed":
        raise NothingToContinue(state.run_id)
    if state.status not in ENDED:
        raise BadRequest(f"Run {state.run_id} goes on, so it need not be continued from a copy.")
