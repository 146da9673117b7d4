"""`agentry snapshots`: what agents saved of what they knew."""

from __future__ import annotations

from agentry.base.json import Json, JsonObject, encode
from agentry.cli import console
from agentry.cli.door import Door
from agentry.cli.runs import through, when

_LINE = 300


def ls(run_id: str, *, as_json: bool) -> int:
    """List the snapshots of a run, oldest first."""

    async def act(door: Door) -> int:
        answer = await door.ask("GET", f"/runs/{run_id}/snapshots")
        if as_json:
            console.out_json(answer)
            return console.OK
        found = _objects(answer.get("snapshots"))
        if not found:
            console.say(f"No agent saved anything in {run_id}.")
        for item in found:
            head = f"{item.get('snapshot')}  {when(item.get('created_at'))}  {item.get('path')}"
            console.out(f"{head}  {item.get('label')}".rstrip())
        return console.OK

    return through(act)


def show(snapshot: str, *, as_json: bool) -> int:
    """Print what an agent knew."""
    run_id, _, seq = snapshot.partition("@")
    if not seq.isdigit():
        raise console.WrongUse(
            f"{snapshot!r} names no snapshot.", hint="Write RUN@EVENT, such as run_01…@12."
        )

    async def act(door: Door) -> int:
        answer = await door.ask("GET", f"/runs/{run_id}/snapshots/{seq}")
        if as_json:
            console.out_json(answer)
            return console.OK
        console.out(f"{snapshot}  {answer.get('path')}  turns: {answer.get('turns')}")
        for message in _objects(answer.get("messages")):
            console.out(_line(message))
        kept = answer.get("data")
        for name, value in kept.items() if isinstance(kept, dict) else ():
            size = value.get("bytes") if isinstance(value, dict) else 0
            kind = value.get("type") if isinstance(value, dict) else ""
            console.out(f"kept  {name}  {kind}  {size} bytes")
        return console.OK

    return through(act)


def _line(message: JsonObject) -> str:
    content = message.get("content")
    text = content if isinstance(content, str) else "" if content is None else encode(content)
    who = str(message.get("tool") or message.get("role"))
    asks = ", ".join(str(call.get("tool")) for call in _objects(message.get("calls")))
    said = " ".join(text.split())[:_LINE]
    return f"{who}: {said}" + (f" [calls {asks}]" if asks else "")


def _objects(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
