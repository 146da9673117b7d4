"""An old event is read as one of today, by steps that never change again."""

from __future__ import annotations

from typing import cast

import pytest

from agentry.base.json import JsonObject, encode
from agentry.journal.events import EVENT_VERSION, Draft, to_line
from agentry.journal.upcast import STEPS, EventTooNew, Step, read_event, up_to_date, upcast

EVENT = Draft("task.completed", "a", 1, {"kind": "tool", "output": 1}).placed("run_1", 3, 5)

V1: JsonObject = {
    "v": 1,
    "run_id": "run_1",
    "seq": 3,
    "ts": 5,
    "type": "task.done",
    "path": "a",
    "attempt": 1,
    "data": {"result": 1},
}
V2: JsonObject = {**V1, "v": 2, "type": "task.completed"}
V3: JsonObject = {**V2, "v": 3, "data": {"output": 1}}


def renamed(event: JsonObject) -> JsonObject:
    return {**event, "type": "task.completed"}


def moved(event: JsonObject) -> JsonObject:
    data = dict(cast(JsonObject, event["data"]))
    data["output"] = data.pop("result")
    return {**event, "data": data}


EXAMPLE: dict[int, Step] = {1: renamed, 2: moved}


def test_every_older_version_has_its_step() -> None:
    assert set(STEPS) == set(range(1, EVENT_VERSION))


@pytest.mark.parametrize("stored", [V1, V2, V3])
def test_each_stored_version_comes_to_the_same_event(stored: JsonObject) -> None:
    before = encode(stored)
    assert upcast(stored, EXAMPLE, 3) == V3
    assert encode(stored) == before


def test_an_old_line_and_an_old_row_are_read_as_the_current_event() -> None:
    read = read_event(encode(V1).encode(), EXAMPLE, 3)
    assert (read.v, read.type, read.data) == (3, "task.completed", {"output": 1})
    older = Draft("task.completed", "a", 1, {"result": 1}).placed("run_1", 3, 5)
    assert up_to_date(older, EXAMPLE, 3).data == {"output": 1}


def test_a_current_event_is_itself() -> None:
    assert read_event(to_line(EVENT)) == EVENT
    assert up_to_date(EVENT) is EVENT


def test_an_event_of_a_newer_release_is_refused_with_a_way_out() -> None:
    line = to_line(EVENT).replace(b'"v":1', b'"v":99')
    with pytest.raises(EventTooNew, match="version 99") as refused:
        read_event(line)
    assert refused.value.hint == "Update Agentry."


@pytest.mark.parametrize("version", [0, -1, True, "1", None])
def test_an_event_without_a_version_is_refused(version: object) -> None:
    with pytest.raises(ValueError, match="version"):
        upcast(cast(JsonObject, {**V1, "v": version}), EXAMPLE, 3)
