"""Who may let a call through, what their yes is bound to, and how often it counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agentry.base.errors import AgentryError
from agentry.base.json import JsonObject
from agentry.engine.errors import AlreadyDecided
from tests.integration.effects.outside import Outside, tool
from tests.integration.effects.stage import Stage
from tests.unit.engine.lab import Lab

ASKS = """
version: 1
rules:
  - {id: never, deny: {tool: send, args: {to: eve}}}
  - {id: send, ask: {tool: send}%s}
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    yield made
    broken = made.broken()
    made.close()
    assert broken == []


async def asked(lab: Lab, tmp_path: Path, terms: str = "") -> tuple[Stage, str]:
    """Return a stage whose call waits for people; the run was started by `tester`."""
    stage = Stage(lab, Outside(), tmp_path, tool("keyed"), ASKS % terms)
    run = await stage.start()
    await stage.work("w1")
    assert stage.summary(run).approvals_open == 1
    return stage, run


async def test_edited_arguments_are_what_runs(lab: Lab, tmp_path: Path) -> None:
    stage, run = await asked(lab, tmp_path)
    await stage.answer(run, "approve", {"to": "bo"})
    await stage.work("w2")
    assert stage.outside.requests == ["bo"]
    [question], [answer] = (stage.events(run, f"approval.{kind}") for kind in ("asked", "decided"))
    assert answer.data["subject"] != question.data["subject"]
    [begun] = stage.events(run, "call.started")
    assert begun.data["args"] == {"to": "bo"}


async def test_a_yes_that_is_not_bound_to_its_arguments_lets_nothing_through(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, run = await asked(lab, tmp_path)

    def forged(asked: JsonObject, args: JsonObject) -> str:
        return f"of {asked['subject']} and {args}"

    monkeypatch.setattr("agentry.policy.votes.edited_subject", forged)
    await stage.answer(run, "approve", {"to": "bo"})
    await stage.work("w2")
    assert stage.outside.requests == []
    assert "not bound" in str(stage.events(run, "call.denied")[0].data["why"])


async def test_the_policy_is_asked_again_about_edited_arguments(lab: Lab, tmp_path: Path) -> None:
    stage, run = await asked(lab, tmp_path)
    await stage.answer(run, "approve", {"to": "eve"})
    await stage.work("w2")
    assert stage.outside.requests == []
    assert stage.events(run, "call.denied")[0].data["rule"] == "never"


async def test_a_yes_to_a_tool_that_has_changed_since_is_no_yes(lab: Lab, tmp_path: Path) -> None:
    stage, run = await asked(lab, tmp_path)
    await stage.answer(run, "approve")
    stage.manifest = stage.manifest.model_copy(update={"net": ("other.example.org:443",)})
    await stage.work("w2")
    assert stage.outside.requests == []
    assert stage.summary(run).approvals_open == 1
    await stage.answer(run, "approve")
    await stage.work("w3")
    assert stage.outside.requests == ["ana"]


async def test_two_must_agree_to_the_same_arguments(lab: Lab, tmp_path: Path) -> None:
    stage, run = await asked(lab, tmp_path, ", need: 2")
    await stage.answer(run, "approve", by="ana")
    with pytest.raises(AlreadyDecided, match="ana"):
        await stage.answer(run, "approve", by="ana")
    await stage.answer(run, "approve", {"to": "bo"}, by="bo")
    assert stage.summary(run).approvals_open == 1, "one yes to each"
    await stage.answer(run, "approve", {"to": "bo"}, by="ana")
    await stage.work("w2")
    assert stage.outside.requests == ["bo"]


ADMINS = ", to: [admins, cy]"
ALONE = ", self_approval: false"


@pytest.mark.parametrize(
    ("terms", "by", "groups", "refused"),
    [
        (ADMINS, "ana", (), "not_asked"),
        (ADMINS, "ana", ("editors",), "not_asked"),
        (ADMINS, "ana", ("admins",), None),
        (ADMINS, "cy", (), None),
        (ADMINS, "ana", None, None),  # the one person of a studio without accounts
        (ALONE, "tester", (), "self_approval"),
        (ALONE, "ana", (), None),
        (ALONE, "tester", None, None),
        ("", "tester", (), None),
    ],
)
async def test_only_those_who_are_asked_may_answer(
    lab: Lab,
    tmp_path: Path,
    terms: str,
    by: str,
    groups: tuple[str, ...] | None,
    refused: str | None,
) -> None:
    stage, run = await asked(lab, tmp_path, terms)
    if refused is not None:
        with pytest.raises(AgentryError) as problem:
            await stage.answer(run, "approve", by=by, groups=groups)
        assert (problem.value.code, problem.value.status) == (refused, 403)
        assert stage.summary(run).approvals_open == 1
        return
    await stage.answer(run, "approve", by=by, groups=groups)
    await stage.work("w2")
    assert stage.outside.requests == ["ana"]


async def test_who_started_a_run_may_always_say_no(lab: Lab, tmp_path: Path) -> None:
    stage, run = await asked(lab, tmp_path, ALONE)
    await stage.answer(run, "deny", by="tester", groups=())
    await stage.work("w2")
    assert (stage.outside.requests, stage.summary(run).status) == ([], "failed")


async def test_a_question_that_nobody_answers_in_time_is_a_no(lab: Lab, tmp_path: Path) -> None:
    stage, run = await asked(lab, tmp_path, ", expires: 15m")
    await lab.pass_time(15 * 60_000 - 1)
    assert stage.summary(run).approvals_open == 1
    await lab.pass_time(1)
    await stage.work("w2")
    assert stage.outside.requests == []
    assert stage.events(run, "call.denied")[0].data["why"] == "Nobody answered in time."
    with pytest.raises(ValueError, match="not enough"):
        await stage.answer(run, "approve")


async def test_form_values_of_an_approval_task_are_no_other_subject(lab: Lab) -> None:
    text = "tasks: [{id: sure, approval: {ask: Go?, need: 2}}]"
    run = await lab.start(text)
    [question] = lab.reader.approvals("open")
    values: tuple[JsonObject | None, ...] = (None, {"amount": 3})
    for by, given in zip(("ana", "bo"), values, strict=True):
        await lab.engine.decide(run, question.approval_id, "approve", by, "", given)
    assert lab.summary(run).status == "completed"
