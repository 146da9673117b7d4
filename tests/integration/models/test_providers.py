"""Every provider speaks the same to the loop, over a real wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agentry.agents.loop import AgentTask, work
from agentry.agents.messages import Ask, ToolOffer, UserMessage
from agentry.agents.model import Model, ModelFailed
from agentry.base.json import Json, JsonObject
from agentry.models.providers import open_model
from tests.integration.models.stub_server import Fails, Says, Stub, running
from tests.unit.agents.fakes import FakeToolbox, FakeTurns

pytestmark = [pytest.mark.anyio, pytest.mark.integration, pytest.mark.timeout(30)]

KEY = "sk-very-secret-0123456789"
MODELS = {"openai": "gpt-4o", "anthropic": "claude-haiku-4-5", "ollama": "qwen3:8b"}
PATHS = {
    "openai": "/v1/chat/completions",
    "anthropic": "/v1/messages",
    "ollama": "/v1/chat/completions",
}
OFFER = ToolOffer(
    "read_file", "Reads a file.",
    {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
)  # fmt: skip
PROVIDERS = pytest.mark.parametrize("provider", list(MODELS))


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with running() as server:
        yield server


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def model_of(provider: str, url: str, *, keyed: bool = True) -> Model:
    path = "" if provider == "anthropic" else "/v1"
    env = {f"{provider.upper()}_BASE_URL": url + path}
    return open_model(provider, {**env, f"{provider.upper()}_API_KEY": KEY} if keyed else env)


def ask(provider: str, options: JsonObject | None = None) -> Ask:
    return Ask(MODELS[provider], (UserMessage("Hi"),), (OFFER,), "t#1/turn-1", options or {})


async def failure(
    provider: str, stub: Stub, answer: Says | Fails, options: JsonObject | None = None
) -> ModelFailed:
    stub.answers = [answer]
    with pytest.raises(ModelFailed) as caught:
        await model_of(provider, stub.url).reply(ask(provider, options), lambda _: None)
    assert len(stub.requests) == 1, "the provider's client must not try again by itself"
    assert (
        KEY not in f"{caught.value} {caught.value.detail} {caught.value.hint} {caught.value.args}"
    )
    return caught.value


@PROVIDERS
async def test_two_turns_with_a_call_reach_an_answer(provider: str, stub: Stub) -> None:
    stub.answers = [
        Says(
            "I will look into it.",
            (("read_file", {"path": "a.txt"}), ("read_file", {"path": "b.txt"})),
        ),
        Says("Both files say hello to the world."),
    ]
    task = AgentTask(
        "plan#1", "reader", MODELS[provider], provider, "You read files.", "Read both.", (OFFER,),
        {"temperature": 0, "max_tokens": 900},
    )  # fmt: skip
    toolbox, turns = FakeToolbox(), FakeTurns()
    answer = await work(task, model_of(provider, stub.url), toolbox, turns)

    assert answer.output == "Both files say hello to the world."
    assert [call.args for call in toolbox.seen] == [{"path": "a.txt"}, {"path": "b.txt"}]
    assert turns.replies[1].text == "I will look into it."
    assert [turns.replies[turn].finish for turn in (1, 2)] == ["calls", "stop"]
    streamed = [words for turn, words in turns.deltas if turn == 2]
    assert len(streamed) > 1
    assert "".join(streamed) == answer.output
    assert [path.split("?")[0] for path, _, _ in stub.requests] == [PATHS[provider]] * 2
    assert stub.requests[0][2]["stream"] is True
    assert stub.requests[0][2]["temperature"] == 0


@PROVIDERS
async def test_the_second_request_carries_calls_and_results_in_order(
    provider: str, stub: Stub
) -> None:
    stub.answers = [
        Says("", (("read_file", {"path": "a"}), ("read_file", {"path": "b"}))),
        Says("Ok."),
    ]
    task = AgentTask("plan#1", "reader", MODELS[provider], provider, "Read.", "Both.", (OFFER,))
    await work(task, model_of(provider, stub.url), FakeToolbox(), FakeTurns())
    messages = stub.requests[1][2]["messages"]
    if provider == "anthropic":
        asked = [part["id"] for part in messages[1]["content"] if part["type"] == "tool_use"]
        given = [part["tool_use_id"] for part in messages[2]["content"]]
    else:
        asked = [call["id"] for call in messages[2]["tool_calls"]]
        given = [said["tool_call_id"] for said in messages if said["role"] == "tool"]
    assert asked == given
    assert len(set(asked)) == 2
    assert all(len(call_id) <= 40 for call_id in asked)


@pytest.mark.parametrize(
    ("provider", "cost"),
    [
        ("openai", 600 * 2.5e-6 + 400 * 1.25e-6 + 200 * 10e-6),
        ("anthropic", 600 * 1e-6 + 400 * 0.1e-6 + 200 * 5e-6),
        ("ollama", None),
    ],
)
async def test_usage_and_cost_are_the_providers(
    provider: str, cost: float | None, stub: Stub
) -> None:
    stub.answers = [Says("Hello.", cached_tokens=400)]
    usage = (await model_of(provider, stub.url).reply(ask(provider), lambda _: None)).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens) == (1000, 200, 400)
    assert usage.estimated is False
    assert usage.cost_usd == (cost if cost is None else pytest.approx(cost))


async def test_usage_that_is_not_sent_is_estimated_and_marked(stub: Stub) -> None:
    stub.answers = [Says("Hello.", counts=False)]
    usage = (await model_of("openai", stub.url).reply(ask("openai"), lambda _: None)).usage
    assert usage.estimated
    assert usage.output_tokens == 2
    assert usage.cost_usd is None


@pytest.mark.parametrize(
    ("provider", "sentence"),
    [("openai", "OPENAI_API_KEY is not set"), ("anthropic", "ANTHROPIC_API_KEY is not set")],
)
async def test_a_missing_key_names_its_variable(provider: str, sentence: str, stub: Stub) -> None:
    with pytest.raises(ModelFailed, match=sentence) as caught:
        await model_of(provider, stub.url, keyed=False).reply(ask(provider), lambda _: None)
    assert not caught.value.transient
    assert stub.requests == []


@PROVIDERS
@pytest.mark.parametrize(
    ("answer", "sentence", "transient"),
    [
        (Fails(401, f"Incorrect API key: {KEY}", "authentication_error"), "refused the key", False),
        (Fails(403, kind="permission_error"), "refused the key", False),
        (Fails(404, kind="not_found_error"), "knows no model", False),
        (Fails(400, f"Bad {KEY}", "invalid_request_error"), "(HTTP 400): Bad [secret]", False),
        (Fails(429, kind="rate_limit_error"), "fewer requests (HTTP 429)", True),
        (Fails(500, kind="api_error"), "trouble of its own (HTTP 500)", True),
        (Fails(503), "trouble of its own (HTTP 503)", True),
        (Fails(529, kind="overloaded_error"), "trouble of its own (HTTP 529)", True),
        (Says("A long answer that never comes to its end.", breaks=True), "broke off", True),
        (Says("A lot of", finish="length"), "", False),
    ],
)  # fmt: skip
async def test_failures_are_sentences(
    provider: str, answer: Says | Fails, sentence: str, transient: bool, stub: Stub
) -> None:
    if isinstance(answer, Says) and answer.finish:
        cut = "max_tokens" if provider == "anthropic" else "length"
        calls: tuple[tuple[str, dict[str, Json]], ...] = (("read_file", {"path": "a"}),)
        answer, sentence = Says(calls=calls, finish=cut), "reached its output limit"
    found = await failure(provider, stub, answer)
    assert sentence in found.detail
    assert found.transient is transient


async def test_a_rate_limit_says_how_long_to_wait(stub: Stub) -> None:
    found = await failure("openai", stub, Fails(429, headers=(("retry-after", "7"),)))
    assert (found.retry_after_s, found.transient) == (7.0, True)
    stub.requests.clear()
    found = await failure("openai", stub, Fails(429, headers=(("retry-after", "3600"),)))
    assert not found.transient


async def test_used_up_credit_is_not_tried_again(stub: Stub) -> None:
    found = await failure("openai", stub, Fails(429, kind="insufficient_quota"))
    assert "used up" in found.detail
    assert not found.transient


@PROVIDERS
async def test_silence_runs_into_the_time_out(provider: str, stub: Stub) -> None:
    found = await failure(provider, stub, Says("x", silent=True), {"timeout": 0.3})
    assert "took too long" in found.detail
    assert found.transient


@PROVIDERS
async def test_a_closed_port_is_a_sentence(provider: str) -> None:
    async with running() as gone:
        url = gone.url
    with pytest.raises(ModelFailed, match="cannot be reached at http://127") as caught:
        await model_of(provider, url).reply(ask(provider), lambda _: None)
    assert caught.value.transient


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"temprature": 1}, "option 'temprature' is not known"),
        ({"max_tokens": "many"}, "'max_tokens' must be a whole number; it is many"),
        ({"base_url": "http://evil.example"}, "cannot choose where a provider is reached"),
    ],
)
async def test_model_options_are_checked(options: JsonObject, sentence: str, stub: Stub) -> None:
    with pytest.raises(ModelFailed, match=sentence):
        await model_of("openai", stub.url).reply(ask("openai", options), lambda _: None)
    assert stub.requests == []
