"""Long values are kept once, packed, and nobody above the store can tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentry.base.json import Json, JsonObject, encode
from agentry.engine.port import Batch, Transaction
from agentry.journal.events import Draft, Event
from agentry.store.blobs import BlobLost
from agentry.store.rows import LONGEST
from agentry.store.runs import RunReader
from tests.integration.store.desk import Desk, run_row
from tests.unit.engine.lab import Lab

pytestmark = pytest.mark.integration

LONG = "long é\0 " * LONGEST


def event(seq: int, data: JsonObject) -> Event:
    return Draft("task.completed", f"t{seq}", data=data).placed("r", seq, seq)


def appending(*events: Event) -> Callable[[Transaction], None]:
    return lambda tx: tx.write(Batch("r", events=list(events)))


async def test_events_read_back_as_they_were_field_by_field(desk: Desk) -> None:
    events = [
        event(1, {"before": 1, "output": LONG, "after": [LONG, {"deep": LONG}], "end": None}),
        event(2, {"output": LONG}),
        event(3, {"output": "short"}),
        event(4, {}),
    ]
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    await desk.do(appending(*events))
    inside = await desk.do(lambda tx: tx.events("r"))
    outside = RunReader(desk.database).events("r")
    assert inside == outside == events
    assert [encode(found.data) for found in outside] == [encode(made.data) for made in events]


async def test_the_same_long_value_is_kept_once_and_smaller(desk: Desk) -> None:
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    await desk.do(appending(event(1, {"output": LONG})))
    await desk.do(appending(event(2, {"a": LONG, "b": LONG}), event(3, {"output": LONG})))
    with desk.database.reader() as connection:
        [row] = connection.exec_driver_sql("SELECT codec, raw_len, length(bytes) FROM blob").all()
        longest = connection.exec_driver_sql("SELECT max(length(data_json)) FROM event").scalar()
    codec, raw_len, packed = row
    assert (codec, raw_len) == ("zlib", len(encode(LONG).encode()))
    assert packed < raw_len // 10
    assert longest is not None
    assert longest < 100


@pytest.mark.parametrize(("size", "blobs"), [(LONGEST - 2, 0), (LONGEST - 1, 1)])
async def test_the_limit_counts_the_bytes_of_a_field(desk: Desk, size: int, blobs: int) -> None:
    many: JsonObject = {f"f{n}": "x" * 1000 for n in range(100)}
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    await desk.do(appending(event(1, {"output": "x" * size}), event(2, many)))
    assert desk.count("blob") == blobs
    assert [found.data for found in RunReader(desk.database).events("r")] == [
        {"output": "x" * size},
        many,
    ]


async def test_a_lost_or_damaged_value_is_one_clear_sentence(desk: Desk) -> None:
    await desk.do(lambda tx: tx.insert_run(run_row("r")))
    await desk.do(appending(event(1, {"output": LONG})))
    for damage in ("UPDATE blob SET codec = 'raw'", "DELETE FROM blob"):
        with desk.database.writer.connect() as connection:
            connection.exec_driver_sql(damage)
        with pytest.raises(BlobLost, match="lost from the database"):
            RunReader(desk.database).events("r")


async def test_a_run_with_long_values_gives_its_outputs_after_a_restart(
    place: Path | str, tmp_path: Path
) -> None:
    lab = Lab(place if isinstance(place, str) else tmp_path)
    text = (
        'tasks: [{id: a, tool: echo}, {id: b, tool: echo}]\noutputs: {it: "${{ tasks.b.output }}"}'
    )
    run_id = await lab.start(text)
    [lease] = await lab.claim()
    await lab.complete(lease, LONG)
    lab.restart()
    [lease] = await lab.claim()
    await lab.complete(lease, [LONG])
    assert lab.outputs(run_id) == {"it": [LONG]}
    [ending] = lab.reader.endings([run_id])
    assert ending.outputs == lab.outputs(run_id)
    assert lab.broken() == []
    lab.close()


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.dictionaries(st.text(max_size=6), st.tuples(values, st.booleans()), max_size=4))
async def test_any_data_reads_back_to_the_letter(
    desk: Desk, fields: dict[str, tuple[Json, bool]]
) -> None:
    data: JsonObject = {
        name: [value, "x" * LONGEST] if long else value for name, (value, long) in fields.items()
    }

    def act(tx: Transaction) -> None:
        found = tx.lock_run("r")
        if found is None:
            tx.insert_run(run_row("r"))
        appending(event(len(tx.events("r")) + 1, data))(tx)

    await desk.do(act)
    assert encode(RunReader(desk.database).events("r")[-1].data) == encode(data)
