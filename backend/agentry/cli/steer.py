"""`agentry runs pause | continue | fork | send | break | release`: steer a run from a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agentry.base.json import Json, JsonObject, decode
from agentry.cli import console
from agentry.cli.door import Door
from agentry.cli.runs import through


def order(run_id: str, verb: str, body: JsonObject, said: str, *, as_json: bool) -> int:
    """Tell a run something and say what came of it; `said` may name `{run_id}`."""

    async def act(door: Door) -> int:
        method = "PUT" if verb == "breakpoints" else "POST"
        answer = await door.ask(method, f"/runs/{run_id}/{verb}", body)
        if as_json:
            console.out_json(answer)
        else:
            console.out(said.format(run_id=answer.get("run_id", run_id)))
        return console.OK

    return through(act)


def cancel(run_id: str, reason: str) -> int:
    """Stop a run."""

    async def act(door: Door) -> int:
        await door.cancel(run_id, reason)
        console.out(f"{run_id} is stopped.")
        return console.OK

    return through(act)


def fork(
    run_id: str,
    *,
    at: int | None,
    task: str | None,
    inputs: Sequence[str],
    outputs: Sequence[str],
    as_json: bool,
) -> int:
    """Make a new run from an old one."""
    body: JsonObject = {"inputs": pairs("-i", inputs), "outputs": pairs("--output", outputs)}
    if at is not None:
        body["at_seq"] = at
    if task is not None:
        body["from_path"] = task
    return order(run_id, "forks", body, "{run_id}", as_json=as_json)


def send(run_id: str, name: str, payload: str | None, msg_id: str | None, *, as_json: bool) -> int:
    """Give a run a message."""
    body: JsonObject = {"name": name, "payload": None if payload is None else value_of(payload)}
    if msg_id is not None:
        body["msg_id"] = msg_id
    return order(run_id, "messages", body, "Taken in.", as_json=as_json)


def release(
    run_id: str, path: str, how: str, given: str | None, output: str | None, *, as_json: bool
) -> int:
    """Let a held task go on, step, or skip it."""
    body: JsonObject = {"path": path, "how": how}
    if given is not None:
        body["given"] = value_of(given)
    if output is not None:
        body["output"] = value_of(output)
    said = {"go": "goes on", "step": "goes on; the next task is held", "skip": "is skipped"}[how]
    return order(run_id, "release", body, f"{path} {said}.", as_json=as_json)


def pairs(option: str, given: Sequence[str]) -> JsonObject:
    """Return KEY=VALUE pairs as a map; a value is JSON where it can be read as such."""
    found: JsonObject = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise console.WrongUse(f"{option} takes KEY=VALUE, not {pair!r}.")
        found[name] = value_of(value)
    return found


def value_of(text: str) -> Json:
    """Return JSON, the content of `@FILE`, or else the text as it stands."""
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text()
        except (OSError, UnicodeDecodeError) as problem:
            raise console.WrongUse(f"{text[1:]} cannot be read: {problem}.") from None
    try:
        return decode(text)
    except ValueError:
        return text
