"""Streams give every event once and in order, resume, and end with the server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agentry.api.stream import Tail
from agentry.engine.bell import Delta
from tests.integration.api.serving import Sent, Served, events_of, serving

pytestmark = pytest.mark.integration
SSE = {"Accept": "text/event-stream"}


async def whole(here: Served, run_id: str, query: str = "", **headers: str) -> list[Sent]:
    url = f"/api/v1/runs/{run_id}/events{query}"
    async with here.client.stream("GET", url, headers={**SSE, **headers}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "no-cache" in answer.headers["cache-control"]
        return [sent async for sent in events_of(answer)]


async def test_a_finished_run_is_streamed_whole_and_then_ends(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start(who="you")
        run = await here.until(run_id, "completed")
        sent = await whole(here, run_id)
        rows = (await here.client.get(f"/api/v1/runs/{run_id}/events")).json()["events"]
    assert [item.data for item in sent[:-1]] == rows
    assert [item.id for item in sent[:-1]] == [str(row["seq"]) for row in rows]
    assert {item.name for item in sent[:-1]} == {"journal"}
    assert (sent[-1].name, sent[-1].data["last_seq"]) == ("end", run["last_seq"])


@pytest.mark.parametrize("way", ["header", "query"])
async def test_a_stream_goes_on_after_what_was_seen(tmp_path: Path, way: str) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start(who="you")
        last = (await here.until(run_id, "completed"))["last_seq"]
        assert isinstance(last, int)
        for seen in (0, 1, last - 1, last):
            if way == "header":
                sent = await whole(here, run_id, "?after=1", **{"Last-Event-ID": str(seen)})
            else:
                sent = await whole(here, run_id, f"?after={seen}")
            seqs = [item.data["seq"] for item in sent[:-1]]
            assert seqs == list(range(seen + 1, last + 1))
            assert sent[-1].name == "end"


NO_PLACES = ["x", "-1", "1.5", "9" * 40, "\uff11"]


async def test_a_place_that_is_no_number_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, work=False) as here:
        run_id = await here.start(who="you")
        for place in NO_PLACES:
            headers = {b"Accept": b"text/event-stream", b"Last-Event-ID": place.encode()}
            answer = await here.client.get(f"/api/v1/runs/{run_id}/events", headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (400, "bad_request"), place


@pytest.mark.parametrize("way", ["header", "query"])
async def test_a_place_beyond_the_end_is_the_end(tmp_path: Path, way: str) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start(who="you")
        run = await here.until(run_id, "completed")
        header = {"Last-Event-ID": "999"} if way == "header" else {}
        sent = await whole(here, run_id, "?after=999" if way == "query" else "", **header)
    assert [item.name for item in sent] == ["end"]
    assert sent[0].data["last_seq"] == run["last_seq"]


async def test_a_place_beyond_what_a_live_run_has_hides_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("asking")
        run = await here.until(run_id, "waiting")
        tail = Tail(here.studio, run_id, 999)
        await tail.find_place()
    assert (tail.seq, tail.ended) == (run["last_seq"], False)


async def test_a_live_run_is_followed_through_a_question_to_its_end(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("asking")
        following = asyncio.create_task(whole(here, run_id))
        await here.until(run_id, "waiting")
        asked = (await here.client.get("/api/v1/approvals?status=open")).json()["approvals"][0]
        url = f"/api/v1/approvals/{asked['approval_id']}/decision"
        await here.client.post(url, json={"decision": "approve"})
        sent = await following
    seqs = [item.data["seq"] for item in sent if item.name == "journal"]
    assert seqs == list(range(1, len(seqs) + 1))
    assert sent[-2].data["type"] == "run.completed"


async def test_many_clients_see_the_same(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start(who="you")
        seen = await asyncio.gather(*[whole(here, run_id) for _ in range(12)])
    assert all(one == seen[0] for one in seen)


async def test_the_feed_tells_of_any_run_and_all_of_the_watched_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        watched = await here.start("asking")
        await here.until(watched, "waiting")
        changed: dict[str, str] = {}
        seqs: list[object] = []
        url = f"/api/v1/feed?run_id={watched}&after=2"
        async with here.client.stream("GET", url) as answer:
            other = await here.start(who="you")
            async for sent in events_of(answer):
                if sent.name == "changed":
                    changed[str(sent.data["run_id"])] = str(sent.data["status"])
                    assert set(sent.data) == {"run_id", "flow", "status", "approvals_open"}
                elif sent.name == "journal":
                    assert sent.data["run_id"] == watched
                    seqs.append(sent.data["seq"])
                if changed.get(other) == "completed" and seqs:
                    break
    assert seqs == list(range(3, len(seqs) + 3))


async def test_words_come_joined_and_never_after_their_turn_has_replied(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("asking")
        await here.until(run_id, "waiting")
        async with here.client.stream("GET", f"/api/v1/feed?run_id={run_id}") as answer:
            stream = events_of(answer)
            await anext(sent async for sent in stream if sent.data.get("type") == "approval.asked")
            for word in ("one ", "two ", "three"):
                here.studio.bell.ring(Delta(run_id, "sure", 1, word))
            here.studio.bell.ring(Delta("run_other", "sure", 1, "not ours"))
            here.studio.bell.ring(Delta(run_id, "speak", 1, "said already"))
            here.studio.bell.ring(Delta(run_id, "speak", 2, "said next"))
            deltas = (sent async for sent in stream if sent.name == "delta")
            words, after = await anext(deltas), await anext(deltas)
    assert words.id == ""
    assert after.data["text"] == "said next"
    assert words.data == {"run_id": run_id, "path": "sure", "turn": 1, "text": "one two three"}


@pytest.mark.parametrize("url", ["/api/v1/feed", "/api/v1/runs/{run_id}/events"])
async def test_open_streams_end_when_the_server_stops(tmp_path: Path, url: str) -> None:
    async with serving(tmp_path) as here:
        run_id = await here.start("asking")
        await here.until(run_id, "waiting")
        async with here.client.stream("GET", url.format(run_id=run_id), headers=SSE) as answer:
            assert answer.status_code == 200
            before = asyncio.get_running_loop().time()
            here.server.should_exit = True
            async for _ in events_of(answer):
                pass
            assert asyncio.get_running_loop().time() - before < 1.5


async def test_a_client_that_leaves_is_forgotten(tmp_path: Path) -> None:
    async with serving(tmp_path) as here:
        inboxes = here.studio.bell._inboxes  # pyright: ignore[reportPrivateUsage] -- counts listeners
        async with here.client.stream("GET", "/api/v1/feed") as answer:
            await anext(answer.aiter_bytes())
            assert len(inboxes) == 1
        for _ in range(200):
            if not inboxes:
                break
            await asyncio.sleep(0.01)
        assert not inboxes
