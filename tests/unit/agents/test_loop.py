"""An agent works in turns until it answers, and never twice over what is recorded."""

from __future__ import annotations

import pytest

from agentry.agents.loop import AnswerNotTyped, MaxTurnsReached, work
from agentry.agents.messages import SystemMessage, ToolMessage, UserMessage
from agentry.agents.model import ModelFailed
from agentry.base.json import Json, JsonObject
from agentry.flow.template import fill
from agentry.tools.port import CallResult
from tests.unit.agents.fakes import FakeModel, FakeToolbox, FakeTurns, calls, says, task

pytestmark = pytest.mark.anyio

NUMBER: JsonObject = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


async def test_words_without_calls_are_the_answer() -> None:
    turns = FakeTurns()
    answer = await work(task(), FakeModel([says("Done.")]), FakeToolbox(), turns)
    assert (answer.output, answer.turns) == ("Done.", 1)
    assert turns.begun == [1]
    assert turns.deltas == [(1, "Done.")]


async def test_calls_get_our_own_ids_and_results_return_in_call_order() -> None:
    model = FakeModel([calls(("echo", {"a": 1}), ("echo", {"a": 2})), says("Both.")])
    toolbox = FakeToolbox()
    answer = await work(task(), model, toolbox, FakeTurns())
    ids = ["build/plan#1/turn-1/call-0", "build/plan#1/turn-1/call-1"]
    assert [call.call_id for call in toolbox.seen] == ids
    results = [said for said in model.asks[1].messages if isinstance(said, ToolMessage)]
    assert [(said.call_id, said.output) for said in results] == [
        (ids[0], {"a": 1}),
        (ids[1], {"a": 2}),
    ]
    assert answer.turns == 2


async def test_recorded_turns_are_not_asked_again() -> None:
    turns = FakeTurns()
    first = FakeModel([calls(("echo", {"a": 1})), RuntimeError("power cut")])
    with pytest.raises(RuntimeError):
        await work(task(), first, FakeToolbox(), turns)
    second, toolbox = FakeModel([says("Done.")]), FakeToolbox()
    answer = await work(task(), second, toolbox, turns)
    assert [call.call_id for call in toolbox.seen] == ["build/plan#1/turn-1/call-0"]
    assert len(second.asks) == 1
    assert second.asks[0].messages == first.asks[1].messages
    assert (answer.output, answer.turns) == ("Done.", 2)


async def test_a_failed_call_is_handed_on_as_words() -> None:
    failed = CallResult(False, {"exit_code": 2}, "tool_failed", "It ended with exit code 2.")
    model = FakeModel([calls(("echo", {})), says("I saw it fail.")])
    answer = await work(task(), model, FakeToolbox({"echo": failed}), FakeTurns())
    said = model.asks[1].messages[-1]
    assert isinstance(said, ToolMessage)
    assert said.ok is False
    assert (
        said.output == 'The call failed (tool_failed): It ended with exit code 2.\n{"exit_code":2}'
    )
    assert answer.output == "I saw it fail."


async def test_a_tool_that_was_not_offered_is_refused_with_a_sentence() -> None:
    model, toolbox = FakeModel([calls(("shell", {})), says("Then not.")]), FakeToolbox()
    answer = await work(task(), model, toolbox, FakeTurns())
    said = model.asks[1].messages[-1]
    assert isinstance(said, ToolMessage)
    assert said.output == "There is no tool 'shell' here; you have: echo."
    assert toolbox.seen == []
    assert answer.turns == 2


async def test_what_the_toolbox_raises_goes_through() -> None:
    class Parked(Exception):
        pass

    with pytest.raises(Parked):
        await work(
            task(), FakeModel([calls(("echo", {}))]), FakeToolbox({"echo": Parked()}), FakeTurns()
        )


async def test_turns_run_out_with_a_sentence_and_without_a_useless_call() -> None:
    toolbox = FakeToolbox()
    model = FakeModel([calls(("echo", {})), calls(("echo", {}))])
    with pytest.raises(MaxTurnsReached, match="took all of its 2 turns") as caught:
        await work(task(max_turns=2), model, toolbox, FakeTurns())
    assert caught.value.code == "max_turns_reached"
    assert len(toolbox.seen) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [('{"n": 3}', {"n": 3}), ('```json\n{"n": 3}\n```', {"n": 3}), (' {"n":3}\n', {"n": 3})],
)
async def test_a_typed_answer_becomes_its_value(text: str, value: Json) -> None:
    answer = await work(
        task(output_schema=NUMBER), FakeModel([says(text)]), FakeToolbox(), FakeTurns()
    )
    assert answer.output == value


async def test_plain_words_fit_a_schema_of_text() -> None:
    chosen = task(output_schema={"type": "string", "enum": ["yes", "no"]})
    answer = await work(chosen, FakeModel([says("yes")]), FakeToolbox(), FakeTurns())
    assert answer.output == "yes"


async def test_a_misfit_is_mended_once() -> None:
    model = FakeModel([says('{"n": "three"}'), says('{"n": 3}')])
    answer = await work(task(output_schema=NUMBER), model, FakeToolbox(), FakeTurns())
    assert (answer.output, answer.turns) == ({"n": 3}, 2)
    asked = model.asks[1].messages[-1]
    assert isinstance(asked, UserMessage)
    assert asked.text.startswith("The answer does not fit: n: 'three' is not of type 'integer'.")


async def test_a_second_misfit_fails_the_task() -> None:
    model = FakeModel([says("three"), says("still three")])
    with pytest.raises(AnswerNotTyped, match="no JSON value") as caught:
        await work(task(output_schema=NUMBER), model, FakeToolbox(), FakeTurns())
    assert caught.value.code == "answer_not_typed"


async def test_a_reference_to_an_address_is_not_fetched() -> None:
    chosen = task(output_schema={"$ref": "http://127.0.0.1:9/schema.json"})
    with pytest.raises(AnswerNotTyped, match="schema itself cannot be read"):
        await work(chosen, FakeModel([says("1"), says("1")]), FakeToolbox(), FakeTurns())


async def test_passing_failures_are_waited_out_and_recorded_once() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    busy = ModelFailed("Too many requests.", transient=True)
    told = ModelFailed("Too many requests.", transient=True, retry_after_s=7)
    turns = FakeTurns()
    model = FakeModel([busy, told, busy, says("At last.")])
    answer = await work(task(), model, FakeToolbox(), turns, sleep=sleep)
    assert (answer.output, slept, turns.begun) == ("At last.", [1.0, 7, 4.0], [1])


@pytest.mark.parametrize(("transient", "asked"), [(True, 4), (False, 1)])
async def test_a_provider_that_stays_down_fails_the_task(transient: bool, asked: int) -> None:
    async def sleep(_: float) -> None: ...

    model = FakeModel([ModelFailed("Down.", transient=transient) for _ in range(4)])
    with pytest.raises(ModelFailed, match="Down"):
        await work(task(), model, FakeToolbox(), FakeTurns(), sleep=sleep)
    assert len(model.asks) == asked


async def test_input_that_is_data_reaches_the_model_as_json() -> None:
    model = FakeModel([says("ok")])
    await work(task({"a": [1, 2]}, prompt=""), model, FakeToolbox(), FakeTurns())
    assert model.asks[0].messages == (UserMessage('{"a":[1,2]}'),)


async def test_the_old_form_of_vars_is_filled_in_the_prompt() -> None:
    model = FakeModel([says("ok")])
    asked = task(
        prompt="Write in {{ tone }} for {{who}}.", context={"vars": {"tone": "plain words"}}
    )
    await work(asked, model, FakeToolbox(), FakeTurns())
    assert model.asks[0].messages[0] == SystemMessage("Write in plain words for {{who}}.")


@pytest.mark.parametrize(
    ("text", "filled"),
    [("{{a}}", "1"), ("${{ a }}", "${{ a }}"), ("{{ a.b }}", "{{ a.b }}"), ("{a} {{b}}", "{a} x")],
)
def test_only_double_braces_without_a_dollar_are_the_old_form(text: str, filled: str) -> None:
    assert fill(text, {"a": "1", "b": "x"}) == filled
