"""Purses: what a run, an agent or a task may use. Reserved before it is used, counted after.

A model's turn reserves the most it can use, in the transaction that lets it begin; its reply
replaces the reservation by what it did use. So tasks that share a purse cannot spend it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agentry.base.json import Json, JsonObject
from agentry.engine.plan import PlanBudget, PlanIndex
from agentry.flow.units import duration_text, parse_duration
from agentry.journal.events import Draft
from agentry.journal.state import RunState, TaskState


@dataclass(frozen=True, slots=True)
class Purse:
    """One purse: whose it is, what it holds, and the tasks that draw on it."""

    owner: str
    limit: PlanBudget
    tasks: tuple[TaskState, ...]
    since: int | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What has been drawn from a purse, reservations included. Money in USD, time in ms."""

    tokens: int
    cost_usd: float
    tool_calls: int


def refusal(index: PlanIndex, state: RunState, draft: Draft, now: int) -> JsonObject | None:
    """Return the error with which `draft` must be refused, None where every purse allows it.

    Asked of `turn.started` and `call.started` before they are placed; everything else is allowed.
    """
    if draft.type not in ("turn.started", "call.started"):
        return None
    for purse in purses(index, state, draft.path):
        said = _too_much(purse, state, draft, now)
        if said is not None:
            hint = "Raise the budget, or give the flow less to do."
            return {"code": "budget_exceeded", "message": f"{purse.owner} {said} {hint}"}
    return None


def purses(index: PlanIndex, state: RunState, path: str) -> Iterator[Purse]:
    """Yield the purses that the task at `path` draws on, the narrowest first."""
    for place in (path, *index.lineage(path)):
        task = index.task(place)
        if task.budget is not None and place:
            begun = state.tasks.get(place)
            since = begun.started_at if begun is not None else None
            yield Purse(f"Task {place!r}", task.budget, tuple(_inside(state, place)), since)
    name = index.task(path).agent
    agent = index.plan.agents.get(name)
    if agent is not None and agent.budget is not None:
        tasks = tuple(found for found in state.tasks.values() if _agent_of(index, found) == name)
        since = min((found.started_at for found in tasks if found.started_at), default=None)
        yield Purse(f"Agent {name!r}", agent.budget, tasks, since)
    limit = run_limit(index, state)
    if limit is not None:
        yield Purse("The run", limit, tuple(state.tasks.values()), state.started_at)


def run_limit(index: PlanIndex, state: RunState) -> PlanBudget | None:
    """Return the run's own purse: the flow's, with what the run was given in its place."""
    planned = index.plan.budget
    if not state.budget:
        return planned
    given = state.budget
    base = planned or PlanBudget()
    return PlanBudget(
        tokens=_whole(given.get("tokens"), base.tokens),
        cost_usd=_money(given.get("cost_usd"), base.cost_usd),
        wall_ms=_time(given.get("wall"), _whole(given.get("wall_ms"), base.wall_ms)),
        tool_calls=_whole(given.get("tool_calls"), base.tool_calls),
    )


def bounds_turns(index: PlanIndex, state: RunState, path: str) -> bool:
    """Say whether a turn of the task at `path` must say what it may use at most."""
    return any(
        purse.limit.tokens is not None or purse.limit.cost_usd is not None
        for purse in purses(index, state, path)
    )


def counts_calls(index: PlanIndex, state: RunState, path: str) -> bool:
    """Say whether a purse must be asked before each call of the task at `path`."""
    return any(
        purse.limit.tool_calls is not None or purse.limit.wall_ms is not None
        for purse in purses(index, state, path)
    )


def drawn(tasks: Iterable[TaskState], turn_of: str | None = None) -> Drawn:
    """Return what these tasks have used, and have reserved and not used yet.

    What the turn under way of the task `turn_of` has reserved is left out.
    """
    tokens, cost, calls = 0, 0.0, 0
    for task in tasks:
        calls += task.calls_made
        if task.used is not None:
            tokens += task.used.input_tokens + task.used.output_tokens
            cost += task.used.cost_usd
        if task.reserved and task.path != turn_of:
            tokens += _whole(task.reserved.get("tokens"), None) or 0
            cost += _money(task.reserved.get("cost_usd"), None) or 0.0
    return Drawn(tokens, cost, calls)


def _too_much(purse: Purse, state: RunState, draft: Draft, now: int) -> str | None:
    """Return what is wrong as the rest of a sentence, None where the purse holds enough."""
    limit = purse.limit
    late = limit.wall_ms is not None and purse.since is not None
    if late and now - (purse.since or 0) >= (limit.wall_ms or 0):
        return f"has used up its time of {duration_text(limit.wall_ms or 0)}."
    if draft.type == "call.started":
        return _too_many_calls(purse, state, draft)
    wanted = draft.data.get("reserve")
    reserve = wanted if isinstance(wanted, dict) else {}
    # A turn that a crash cut off reserves again, in the place of what it had reserved.
    spent = drawn(purse.tasks, turn_of=draft.path)
    return _too_many_tokens(limit, spent, reserve) or _too_dear(limit, spent, reserve)


def _too_many_tokens(limit: PlanBudget, spent: Drawn, reserve: JsonObject) -> str | None:
    asked = _whole(reserve.get("tokens"), None) or 0
    if limit.tokens is None or spent.tokens + asked <= limit.tokens:
        return None
    used = f"{spent.tokens} are used or reserved"
    return f"may use {limit.tokens} tokens; {used}, and this turn may take {asked}."


def _too_dear(limit: PlanBudget, spent: Drawn, reserve: JsonObject) -> str | None:
    if limit.cost_usd is None:
        return None
    price = _money(reserve.get("cost_usd"), None)
    if price is None:
        return "has a budget in money, and the price of its model is not known."
    if spent.cost_usd + price <= limit.cost_usd:
        return None
    used = f"{spent.cost_usd:.4g} are used or reserved"
    return f"may cost {limit.cost_usd:g} USD; {used}, and this turn may cost {price:.4g}."


def _too_many_calls(purse: Purse, state: RunState, draft: Draft) -> str | None:
    most, task = purse.limit.tool_calls, state.tasks.get(draft.path)
    if most is None or (task is not None and draft.call_id in task.calls):
        return None  # the same call again, after a crash
    made = drawn(purse.tasks).tool_calls
    return f"may make {most} tool calls and has made {made}." if made >= most else None


def _inside(state: RunState, path: str) -> Iterator[TaskState]:
    below = (f"{path}/", f"{path}@")
    for name, task in state.tasks.items():
        if name == path or name.startswith(below):
            yield task


def _agent_of(index: PlanIndex, task: TaskState) -> str:
    return index.task(task.path).agent if task.kind == "agent" else ""


def _whole(value: Json, instead: int | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else instead


def _money(value: Json, instead: float | None) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return instead


def _time(value: Json, instead: int | None) -> int | None:
    return (parse_duration(value) if isinstance(value, str) else None) or instead
