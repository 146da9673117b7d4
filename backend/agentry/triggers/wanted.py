"""A flow's `on:` as triggers."""

from __future__ import annotations

from agentry.base.json import JsonObject
from agentry.flow.document import Document
from agentry.triggers.port import Trigger


def wanted_by(document: Document, flow: str) -> list[Trigger]:
    """Return what starts the flow, on and without ids or times."""
    if document.on is None:
        return []
    found = [
        Trigger(
            "",
            flow,
            f"schedule-{number}",
            "schedule",
            schedule.model_dump(mode="json", exclude_none=True),
            enabled=True,
        )
        for number, schedule in enumerate(document.on.schedule, 1)
    ]
    hook = document.on.webhook
    if hook is not None:
        spec: JsonObject = {"secret": hook.secret, "inputs": hook.inputs}
        found.append(Trigger("", flow, "webhook", "webhook", spec, enabled=True))
    return found
