"""Ids are unique, in threads and in forked processes too, and sort by time."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from agentry.base.ids import id_of, new_id


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(new_id, ["run"] * 5000, [5] * 5000))
    assert len(set(made)) == len(made)


def test_a_forked_process_makes_ids_of_its_own() -> None:
    new_id("run", 5)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writes, new_id("run", 5).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reads, 100).decode() != new_id("run", 5)


def test_ids_sort_by_time_and_keep_their_form() -> None:
    early, late = new_id("run", 1_700_000_000_000), new_id("run", 1_700_000_000_001)
    assert early < late
    assert len(early) == len("run_") + 26
    assert id_of("run", 5, "a", "b") == "run_0000000005frcfedsh3cpw7cqj"
