"""Presets and includes come under the flow's own keys, through the given loader alone."""

from __future__ import annotations

import pytest

from agentry.flow.document import Document
from agentry.flow.include import MAX_FILES, NotLoaded, Texts
from agentry.flow.read import read

ROLE = (
    "name: critic\nmodel: openai:a\nprompt: Old\ntools: [read_file]\nvars: {tone: dry, lang: en}\n"
)
TASK = "tasks:\n  - {id: own, tool: echo}\n"


def _document(text: str, files: dict[str, str]) -> Document:
    reading = read(text, name="x", loader=Texts(files))
    assert reading.ok, reading.diagnostics
    assert reading.document is not None
    return reading.document


def test_agents_merge_deeply_and_the_flow_wins() -> None:
    own = "include: [r.yaml]\nagents:\n  critic: {prompt: New, vars: {tone: warm}}\n" + TASK
    agent = _document(own, {"r.yaml": ROLE}).agents["critic"]
    assert (agent.model, agent.prompt, agent.tools) == ("openai:a", "New", ("read_file",))
    assert agent.vars == {"tone": "warm", "lang": "en"}


def test_includes_win_over_presets() -> None:
    files = {"p.yaml": "agents: {critic: {max_turns: 3, prompt: Preset}}\n", "r.yaml": ROLE}
    agent = _document("presets: [p.yaml]\ninclude: [r.yaml]\n" + TASK, files).agents["critic"]
    assert (agent.max_turns, agent.prompt) == (3, "Old")


def test_lists_of_tasks_add_up_in_order() -> None:
    files = {
        "p.yaml": "tasks: [{id: preset, tool: echo}]\n",
        "i.yaml": "include: [sub/j.yaml]\ntasks: [{id: included, tool: echo}]\n",
        "sub/j.yaml": "tasks: [{id: deeper, tool: echo}]\n",
    }
    tasks = _document("include: [i.yaml]\npresets: [p.yaml]\n" + TASK, files).tasks
    assert [task.id for task in tasks] == ["preset", "deeper", "included", "own"]
    assert tasks[3].needs == ("included",)
    assert tasks[1].span == tasks[2].span
    assert tasks[1].span.line == 1


LOOKUP = [
    ("presets: [base.yaml]\n", "base.yaml"),
    ("presets: [base.yaml]\n", "templates/base.yaml"),
    ("presets: [base.yaml]\n", "../../templates/base.yaml"),
    ("presets: [base]\n", "../templates/base.agentry.flow.yaml"),
    ("presets: [/etc/flows/base.yaml]\n", "/etc/flows/base.yaml"),
    ("include: [base]\n", "base/.agentry.flow.yaml"),
    ("include: [base]\n", "base.yaml"),
]


@pytest.mark.parametrize(("entry", "path"), LOOKUP)
def test_files_are_looked_up_as_the_language_says(entry: str, path: str) -> None:
    document = _document(entry + TASK, {path: "env: {FOUND: yes}\n"})
    assert document.env == {"FOUND": "yes"}


def test_includes_are_not_looked_up_in_templates() -> None:
    reading = read(
        "include: [base.yaml]\n" + TASK, name="x", loader=Texts({"templates/base.yaml": "{}"})
    )
    assert [finding.code for finding in reading.diagnostics] == ["include_not_found"]


def test_name_and_triggers_are_not_brought() -> None:
    document = _document(
        "include: [i.yaml]\n" + TASK, {"i.yaml": 'name: other\non: {schedule: ["@daily"]}\n'}
    )
    assert document.name == "x"
    assert document.on is None


def test_a_cycle_is_printed() -> None:
    files = {"a.yaml": "include: [b.yaml]\n", "b.yaml": "include: [a.yaml]\n"}
    (finding,) = read("include: [a.yaml]\n" + TASK, name="x", loader=Texts(files)).diagnostics
    assert finding.code == "include_cycle"
    assert "a.yaml → b.yaml → a.yaml" in finding.message
    assert (finding.span.line, finding.span.column) == (1, 11)


def test_a_finding_of_another_file_names_it_and_points_at_the_entry() -> None:
    files = {"r.yaml": "name: r\n\nmodel: openai:a\npromt: x\n"}
    (finding,) = read(
        "include: [r.yaml]\ntasks: [{agent: r}]\n", name="x", loader=Texts(files)
    ).diagnostics
    assert finding.message.startswith("r.yaml, line 4: Agent 'r' has no key 'promt'")
    assert (finding.span.line, finding.span.column, finding.fix) == (1, 11, None)


def test_without_a_loader_nothing_is_guessed() -> None:
    text = "include: [r.yaml]\ntasks: [{agent: r, input: '${{ inputs.x }}'}]\n"
    assert [finding.code for finding in read(text, name="x").diagnostics] == ["include_not_found"]


def test_what_was_loaded_can_be_read_again() -> None:
    text = "include: [sub/r.yaml]\ntasks: [{agent: r}]\n"
    files = {
        "sub/r.yaml": "include: [s.yaml]\nagents: {r: {model: s}}\n",
        "sub/s.yaml": "models: {s: {provider: openai, model: a}}\n",
    }
    first = read(text, name="x", loader=Texts(files))
    again = read(text, name="x", loader=Texts({file.path: file.text for file in first.files}))
    assert first.ok
    assert again == first


def test_the_number_of_files_is_bounded() -> None:
    class Endless:
        def load(self, path: str, *, beside: str) -> str:
            return f"include: [{'x' * len(path)}.yaml]\n"

    findings = read("include: [x.yaml]\n" + TASK, name="x", loader=Endless()).diagnostics
    assert [finding.code for finding in findings] == ["include_not_found"]
    assert str(MAX_FILES) in findings[0].message


@pytest.mark.parametrize("error", [NotLoaded("No."), PermissionError("no"), ValueError("no")])
def test_a_loader_that_refuses_is_a_finding(error: Exception) -> None:
    class Refusing:
        def load(self, path: str, *, beside: str) -> str:
            raise error

    findings = read("include: [x.yaml]\n" + TASK, name="x", loader=Refusing()).diagnostics
    assert [finding.code for finding in findings] == ["include_not_found"]
