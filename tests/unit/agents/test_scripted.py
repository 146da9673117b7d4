"""The scripted model follows its turns to the letter and says what it is."""

from __future__ import annotations

import pytest

from agentry.agents.loop import work
from agentry.agents.messages import Ask, UserMessage
from agentry.agents.model import ModelFailed
from agentry.agents.scripted import ScriptedModel
from agentry.base.json import Json, JsonObject
from agentry.tools.port import CallResult
from tests.unit.agents.fakes import FakeToolbox, FakeTurns, task

pytestmark = pytest.mark.anyio


def ask(*turns: Json, said: str = "Hi", context: JsonObject | None = None) -> Ask:
    script: list[Json] = list(turns)
    return Ask(
        "scripted", (UserMessage(said),), (), "t#1/turn-1", {"turns": script}, None, context or {}
    )


async def test_turns_are_followed_with_templates_over_calls_and_input() -> None:
    script: list[Json] = [
        {
            "calls": [
                {"tool": "echo", "with": {"path": "${{ inputs.file }}", "n": "${{ input.n }}"}}
            ]
        },
        {"answer": "${{ calls[0].tool }}: ${{ calls[0].output.n }} of ${{ calls[0].args.path }}"},
    ]
    asked = task({"n": 4}, options={"turns": script}, context={"inputs": {"file": "a.txt"}})
    toolbox = FakeToolbox()
    answer = await work(asked, ScriptedModel(), toolbox, FakeTurns())
    assert toolbox.seen[0].args == {"path": "a.txt", "n": 4}
    assert (answer.output, answer.turns) == ("echo: 4 of a.txt", 2)


async def test_a_failed_call_shows_in_ok() -> None:
    script: list[Json] = [
        {"calls": [{"tool": "echo"}]},
        {"answer": "${{ calls[0].ok ? 'fine' : 'failed' }}"},
    ]
    toolbox = FakeToolbox({"echo": CallResult(False, None, "tool_failed", "No.")})
    answer = await work(task(options={"turns": script}), ScriptedModel(), toolbox, FakeTurns())
    assert answer.output == "failed"


async def test_a_value_answers_a_typed_task() -> None:
    script: list[Json] = [{"answer": {"n": "${{ 1 + 2 }}"}}]
    asked = task(options={"turns": script}, output_schema={"type": "object", "required": ["n"]})
    answer = await work(asked, ScriptedModel(), FakeToolbox(), FakeTurns())
    assert answer.output == {"n": 3}


async def test_a_script_that_ends_without_an_answer_says_so() -> None:
    script: list[Json] = [{"calls": [{"tool": "echo", "with": {}}]}]
    answer = await work(
        task(options={"turns": script}), ScriptedModel(), FakeToolbox(), FakeTurns()
    )
    assert answer.output == "The script of this scripted model has no more turns (it has 1)."


async def test_without_a_script_it_says_what_it_is_and_what_it_was_asked() -> None:
    replies = [await ScriptedModel().reply(ask(said=f"Sum  up\n{'x' * 900}"), print) for _ in "ab"]
    assert replies[0] == replies[1]
    assert "no language model" in replies[0].text
    assert replies[0].text.endswith("x…")
    assert len(replies[0].text) < 500


async def test_usage_is_an_estimate_that_costs_nothing() -> None:
    reply = await ScriptedModel().reply(ask({"answer": "abcdé"}, said="12345"), print)
    usage = reply.usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost_usd, usage.estimated) == (
        2,
        2,
        0.0,
        True,
    )


async def test_words_stream_in_pieces_that_make_up_the_text() -> None:
    pieces: list[str] = []
    text = "One two three four five six seven eight nine.\n\n- ten\n- eleven twelve thirteen"
    reply = await ScriptedModel().reply(ask({"answer": text}), pieces.append)
    assert len(pieces) > 1
    assert "".join(pieces) == text == reply.text


@pytest.mark.parametrize(
    ("turn", "sentence"),
    [
        ({"answer": "${{ inputs.nope }}"}, "Turn 1 of the script cannot be followed: .*nope"),
        ({"calls": [{"with": {"a": 1}}]}, "A call in turn 1 of the script names no tool"),
        ("hello", "Turn 1 of the script is not an object"),
    ],
)
async def test_a_broken_turn_is_named(turn: Json, sentence: str) -> None:
    with pytest.raises(ModelFailed, match=sentence):
        await ScriptedModel().reply(ask(turn, context={"inputs": {}}), print)
