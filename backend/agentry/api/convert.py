"""Records and readings to views."""

from __future__ import annotations

from agentry.api import views
from agentry.base.json import JsonObject
from agentry.flow.graph import build
from agentry.flow.read import Reading
from agentry.store.records import ApprovalRecord, RunRecord, RunSummary

_NO_USAGE: JsonObject = {
    "input_tokens": 0,
    "output_tokens": 0,
    "cached_tokens": 0,
    "cost_usd": None,
    "estimated": False,
}


def summary_of(run: RunSummary) -> views.RunSummary:
    """Return a run's row as REST shows it."""
    return views.RunSummary.model_validate(_summary(run))


def run_of(run: RunRecord) -> views.Run:
    """Return a whole run as REST shows it."""
    summary = run.summary
    return views.Run.model_validate(
        {
            **_summary(summary),
            "inputs": run.inputs,
            "outputs": run.outputs,
            "last_seq": summary.last_seq,
            "graph": run.graph,
            "text": run.text,
        }
    )


def _summary(run: RunSummary) -> JsonObject:
    return {
        "run_id": run.run_id,
        "flow": run.flow,
        "title": run.title,
        "status": run.status,
        "revision": run.revision,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "duration_ms": run.duration_ms,
        "usage": _NO_USAGE | run.usage,
        "approvals_open": run.approvals_open,
        "error": None if run.error is None else {"path": None, **run.error},
        "by": run.by,
        "paused": run.paused,
        "parent_run_id": run.parent_run_id,
        "forked_from": run.forked_from,
    }


def approval_of(approval: ApprovalRecord) -> views.Approval:
    """Return a question as REST shows it."""
    return views.Approval.model_validate(approval)


def diagnostics_of(reading: Reading) -> list[views.Diagnostic]:
    """Return every finding of a reading."""
    return [views.Diagnostic.model_validate(found) for found in reading.diagnostics]


def graph_of(reading: Reading) -> views.Graph | None:
    """Return the graph of what could be read, or None."""
    if reading.document is None:
        return None
    return views.Graph.model_validate(build(reading.document).to_json(), from_attributes=True)


def checked(reading: Reading) -> views.FlowChecked:
    """Return what a reading found."""
    return views.FlowChecked(
        ok=reading.ok, diagnostics=diagnostics_of(reading), graph=graph_of(reading)
    )
