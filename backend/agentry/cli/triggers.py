"""`agentry triggers`: what starts flows by itself, seen and turned on and off."""

from __future__ import annotations

from rich.table import Table

from agentry.base.json import JsonObject
from agentry.cli import console
from agentry.cli.door import Door
from agentry.cli.runs import through, when


def ls(*, as_json: bool) -> int:
    """List all triggers."""

    async def act(door: Door) -> int:
        return _show(await door.ask("GET", "/triggers"), as_json=as_json)

    return through(act)


def turn(flow: str, *, on: bool, as_json: bool) -> int:
    """Turn a flow's triggers on or off."""

    async def act(door: Door) -> int:
        answer = await door.ask("PUT", f"/flows/{flow}/triggers", {"enabled": on})
        return _show(answer, as_json=as_json)

    return through(act)


def _show(answer: JsonObject, *, as_json: bool) -> int:
    found = answer.get("triggers")
    triggers = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    if as_json:
        console.out_json(answer)
    elif not triggers:
        console.say("Nothing starts by itself. `agentry triggers on FLOW` turns a flow's `on:` on.")
    else:
        console.rich_out().print(_table(triggers))
    return console.OK


def _table(triggers: list[JsonObject]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("FLOW", "TRIGGER", "ON", "NEXT", "LAST", "WHAT"):
        table.add_column(name, no_wrap=name != "WHAT")
    for trigger in triggers:
        spec = trigger.get("spec")
        said = spec if isinstance(spec, dict) else {}
        every = said.get("every_ms")
        what = trigger.get("url") or said.get("cron") or f"every {every} ms"
        table.add_row(
            str(trigger.get("flow")),
            str(trigger.get("name")),
            "on" if trigger.get("enabled") else "off",
            when(trigger.get("next_at")),
            when(trigger.get("last_at")),
            str(what),
        )
    return table
