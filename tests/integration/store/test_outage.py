"""A Postgres that goes away is said so in a sentence, and used again as soon as it is back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator

import pytest

from agentry.base.errors import AgentryError
from agentry.engine.port import Batch, Transaction
from agentry.store.trouble import DatabaseUnusable
from tests.integration.store.desk import Desk, run_row, update
from tests.postgres import Cluster

pytestmark = pytest.mark.integration


@pytest.fixture
def shared(cluster: Cluster) -> Iterator[str]:
    address = cluster.take_prepared()
    yield address
    cluster.stop()
    cluster.start()
    cluster.give_back(address)


@pytest.fixture
def desk(shared: str) -> Iterator[Desk]:
    made = Desk(shared, full_sync=True)
    yield made
    made.close()


def insert(run_id: str) -> Callable[[Transaction], None]:
    return lambda tx: tx.insert_run(run_row(run_id))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
async def test_a_server_that_goes_and_comes_back_is_no_reason_to_restart(
    desk: Desk, cluster: Cluster, how: signal.Signals
) -> None:
    await desk.do(insert("before"))
    cluster.stop(how)
    with pytest.raises(DatabaseUnusable) as away:
        await desk.do(insert("during"))
    assert (away.value.code, away.value.status) == ("database_unusable", 503)
    assert "cannot be used" in str(away.value)
    assert "\n" not in str(away.value)
    cluster.start()
    await desk.do(insert("after"))
    assert desk.count("run") == 2


async def test_a_restart_between_two_changes_is_not_even_noticed(
    desk: Desk, cluster: Cluster
) -> None:
    await desk.do(insert("before"))
    assert desk.count("run") == 1
    cluster.stop()
    cluster.start()
    await desk.do(insert("after"))
    assert desk.count("run") == 2


async def test_during_an_outage_everybody_is_answered_at_once(desk: Desk, cluster: Cluster) -> None:
    await desk.do(insert("before"))
    cluster.stop()
    async with asyncio.timeout(20):
        said = await asyncio.gather(
            *(desk.do(insert(f"run {n}")) for n in range(300)), return_exceptions=True
        )
    assert all(isinstance(answer, DatabaseUnusable) for answer in said)
    cluster.start()
    assert desk.count("run") == 1


async def test_a_change_under_way_when_the_server_dies_is_done_whole_or_not_at_all(
    desk: Desk, cluster: Cluster
) -> None:
    def act(tx: Transaction) -> None:
        insert("r")(tx)
        if not killed:
            killed.append(True)
            cluster.stop(signal.SIGQUIT)
            cluster.start()
        tx.write(Batch("r", update=update(7)))

    killed: list[bool] = []
    await desk.do(act)
    row = await desk.do(lambda tx: tx.lock_run("r"))
    assert row is not None
    assert row.last_seq == 7


async def test_a_reader_says_the_same_and_recovers(desk: Desk, cluster: Cluster) -> None:
    assert desk.count("run") == 0
    cluster.stop()
    with pytest.raises(AgentryError, match="cannot be used"):
        desk.count("run")
    cluster.start()
    assert desk.count("run") == 0
