"""`agentry approvals`: what runs ask people, and the answers."""

from __future__ import annotations

from agentry.base.json import JsonObject, decode, encode
from agentry.cli import console
from agentry.cli.door import Door
from agentry.cli.runs import through, when


def ls(*, everything: bool, as_json: bool) -> int:
    """List questions: the open ones, or all."""

    async def act(door: Door) -> int:
        found = await door.approvals(None if everything else "open")
        if as_json:
            console.out_json({"approvals": found})
        elif not found:
            console.say("Nobody is asked anything.")
        for item in () if as_json else found:
            console.out(_lines(item))
        return console.OK

    return through(act)


def _lines(item: JsonObject) -> str:
    head = (
        f"{item.get('approval_id')}  {item.get('status')}  {when(item.get('created_at'))}"
        f"  {item.get('flow')} · {item.get('path')}"
    )
    asked = [f"  {line}" for line in str(item.get("ask") or "").strip().splitlines()[:6]]
    if item.get("tool"):
        asked.append(f"  {item.get('tool')} {encode(item.get('args'))[:400]}")
    if item.get("by"):
        reason = f": {item.get('reason')}" if item.get("reason") else ""
        asked.append(f"  by {item.get('by')}{reason}")
    return "\n".join([head, *asked])


def decide(approval_id: str, decision: str, reason: str, args: str | None) -> int:
    """Answer one question."""
    given = None if args is None else _arguments(args)

    async def act(door: Door) -> int:
        await door.decide(approval_id, decision, reason, given)
        console.out(f"{approval_id}: {'approved' if decision == 'approve' else 'denied'}")
        return console.OK

    return through(act)


def _arguments(text: str) -> JsonObject:
    try:
        value = decode(text)
    except ValueError as error:
        raise console.WrongUse(f"--args is no JSON: {error}.") from None
    if not isinstance(value, dict):
        raise console.WrongUse(
            "--args must be a JSON object.", hint="Write --args '{\"name\": …}'."
        )
    return value
