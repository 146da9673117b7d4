"""From the text of a flow, with the tools of the proofs in it, to a run that can be accepted."""

from __future__ import annotations

from functools import partial

from agentry.base.json import Json, sha256_of
from agentry.engine.apply import NewPlan, NewRun
from agentry.engine.freeze import make_plan
from agentry.engine.plan import ModelChoice, Plan, PlanChild, PlanIndex, plan_id, plan_json
from agentry.engine.port import RunRow
from agentry.flow.children import child_texts
from agentry.flow.document import Document
from agentry.flow.graph import build
from agentry.flow.include import Loader, Texts
from agentry.flow.read import read
from tests.proofs import effects
from tests.proofs.flows import FLOWS, PARTS


def new_run(
    name: str, run_id: str, now: int, text: str | None = None, loader: Loader | None = None
) -> NewRun:
    """Return a run of the sample `name`, or of `text` with the files that `loader` finds."""
    plan, plans = _planned(name, text or FLOWS[name], loader or Texts(PARTS))
    row = RunRow(
        run_id=run_id,
        flow=name,
        title=name,
        plan_id=plan_id(plan),
        revision="r1",
        status="accepted",
        last_seq=0,
        idem_key=run_id,
        idem_hash=sha256_of([name, run_id]),
        by="tester",
        created_at=now,
    )
    return NewRun(row, {}, {}, PlanIndex(plan), plans)


def _planned(name: str, text: str, loader: Loader) -> tuple[Plan, tuple[NewPlan, ...]]:
    tools = frozenset(effects.registry().names())
    reading = read(text, name=name, known_tools=tools, loader=loader)
    document = reading.document
    assert document is not None
    assert reading.ok, reading.diagnostics
    below: list[NewPlan] = []
    children: dict[str, PlanChild] = {}
    for path, child in child_texts(document, loader).items():
        plan, plans = _planned(child.name, child.text, loader)
        children[path] = PlanChild(plan_id(plan), child.name, plan.title, "r1", plan.inputs)
        below += plans
    plan = make_plan(
        document,
        flow=name,
        graph=build(document).to_json(),
        tools={},
        choose=partial(_choice, document),
        children=children,
    )
    return plan, (NewPlan(plan_id(plan), name, plan_json(plan), text), *below)


def _choice(document: Document, reference: str) -> ModelChoice:
    turns: list[Json] = list(document.models[reference].turns)
    return ModelChoice("scripted", reference, {"turns": turns})
