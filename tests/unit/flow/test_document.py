"""What a document holds after reading."""

from __future__ import annotations

import pydantic
import pytest

from agentry.flow.diagnostics import Span
from agentry.flow.document import Budget, Document, Retry, Task
from agentry.flow.read import read
from tests.unit.flow import corpus


def _document(case: str) -> Document:
    document = read(corpus.text_of(case), name=case).document
    assert document is not None
    return document


def _task(text: str) -> Task:
    document = read(f"tasks:\n  - {text}\n", name="x").document
    assert document is not None
    return document.tasks[0]


def test_every_key_reaches_the_document() -> None:
    document = _document("every_key")
    assert document.name == "Every key"
    assert document.description == "All keys of this release at least once."
    assert list(document.inputs) == ["repo", "days"]
    assert document.inputs["repo"] == {"type": "string", "format": "folder", "default": "."}
    assert document.env == {
        "PLAIN": "value",
        "TOKEN": {"secret": "API_TOKEN"},
        "HOME_OF": {"from": "HOME"},
    }
    assert document.budget == Budget(tokens=100_000, cost_usd=1.5, wall_ms=3_600_000, tool_calls=50)
    assert document.tools == {
        "count_lines": {"description": "Counts lines.", "effects": ["fs_read"]}
    }
    assert document.outputs == {
        "text": "${{ tasks.write.output.text }}",
        "run": "${{ run.id }}",
    }


def test_every_key_reaches_its_agent() -> None:
    agent = _document("every_key").agents["writer"]
    assert (agent.name, agent.model, agent.max_turns) == ("writer", "openai:gpt-5-mini", 5)
    assert agent.tools == ("read_file", "count_lines")
    assert agent.vars == {"tone": "dry"}
    assert agent.env == {"LANG": "C"}


def test_every_key_reaches_its_task() -> None:
    count, write = _document("every_key").tasks
    assert (count.id, count.name, count.kind, count.tool) == (
        "count",
        "Count",
        "tool",
        "count_lines",
    )
    assert count.args == {"path": "${{ inputs.repo }}"}
    assert count.timeout_ms == 90_000
    assert count.retry == Retry(attempts=3, delay_ms=10_000, backoff=1.5, max_delay_ms=120_000)
    assert count.env == {"MODE": "fast"}
    assert count.on_error == "continue"
    assert count.needs == ()
    assert write.needs == ("count",)
    assert write.condition == "tasks.count.status == 'completed' && inputs.days > 0"
    assert write.timeout_ms == 600_000
    assert write.output_schema is not None


def test_an_approval_keeps_its_question() -> None:
    approval = _document("approval").tasks[1]
    assert approval.ask == "\nPublish this?\n\n${{ tasks.draft.output }}\n"
    assert (approval.to, approval.need, approval.expires_ms) == (("lead", "ops"), 2, 86_400_000)
    assert approval.form is not None


def test_models_keep_options_turns_and_choices() -> None:
    models = _document("scripted").models
    assert models["script"].turns[1] == {"answer": "${{ calls[0].output }} ${{ input }}"}
    assert models["best"].first_of == ("openai:gpt-5-mini", "script")
    assert models["tuned"].options == {"temperature": 0.2, "thinking": "on"}


def test_a_container_keeps_its_rule() -> None:
    check = _document("nested").tasks[0].children[1]
    assert (check.path, check.parent, check.join, check.max, check.fail_fast) == (
        "build/check",
        "build",
        "any",
        2,
        True,
    )
    assert [child.needs for child in check.children] == [(), ()]


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("inputs.a", "inputs.a"),
        ('"${{ inputs.a }}"', "inputs.a"),
        ('" ${{ inputs.a && true }} "', "inputs.a && true"),
        ("true", "true"),
        ("false", "false"),
    ],
)
def test_a_condition_is_kept_without_its_braces(written: str, condition: str) -> None:
    assert _task(f"{{tool: echo, if: {written}}}").condition == condition


def test_a_document_cannot_be_changed() -> None:
    with pytest.raises(pydantic.ValidationError):
        _document("minimal").name = "other"


def test_a_document_survives_its_own_model() -> None:
    document = _document("every_key")
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_a_broken_task_leaves_the_others_readable() -> None:
    reading = read(corpus.text_of("bad_many"), name="x")
    assert not reading.ok
    assert reading.document is not None
    assert [task.id for task in reading.document.tasks] == ["b", "c", "d"]


def test_known_tools_can_be_given() -> None:
    text = "tasks:\n  - {tool: search}\n"
    assert not read(text, name="x").ok
    assert read(text, name="x", known_tools=frozenset({"search"})).ok


def test_the_name_of_the_file_stands_in() -> None:
    document = read("tasks:\n  - {tool: echo}\n", name="hello").document
    assert document is not None
    assert document.name == "hello"


def test_a_span_ends_with_the_last_value() -> None:
    task = _task("id: a\n    tool: echo\n    with:\n      x: 1   # comment\n    # more\n\n# end")
    assert task.span == Span(2, 5, 5, 11)
